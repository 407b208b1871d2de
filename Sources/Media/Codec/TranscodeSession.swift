/// One output file in the making: converts, queues, encodes and writes.
final class TranscodeSession {
    /// Samples per channel sent to the encoder.
    private(set) var sampleCount: Int64 = 0
    let sampleRate: Int
    let channels: Int
    private let encoder: Encoder
    private let file: OutputFile
    private let queue: SampleQueue
    private let frame: Frame
    private let packet: Packet
    private let frameSamples: Int
    private var converter: FrameConverter

    private static let freeFrameSamples = 4096

    init(_ plan: TranscodePlan, path: String, tags: [String: String]) throws(MediaError) {
        let format = plan.encoder.format
        sampleRate = format.sampleRate
        channels = format.layout.channels
        encoder = try Encoder(plan.encoder)
        file = try OutputFile(
            path: path, muxer: plan.muxer, encoder: encoder, tags: tags, options: plan.muxerOptions)
        queue = try SampleQueue(format: format)
        frame = try Frame()
        packet = try Packet()
        frameSamples = encoder.frameSamples ?? Self.freeFrameSamples
        converter = FrameConverter(output: format, mixesWithoutClipping: true)
    }

    /// Takes a decoded frame of any format.
    func take(_ decoded: borrowing Frame) throws(MediaError) {
        try converter.convert(decoded) { samples throws(MediaError) in try queue.append(samples) }
        while queue.count >= frameSamples { try encode(frameSamples) }
    }

    /// Encodes what is left and completes the file.
    func finish() throws(MediaError) {
        try converter.finish { samples throws(MediaError) in try queue.append(samples) }
        while queue.count > 0 { try encode(min(frameSamples, queue.count)) }
        try encoder.sendEnd()
        try writePackets()
        try file.finish()
    }

    private func encode(_ count: Int) throws(MediaError) {
        try queue.take(count, into: frame)
        frame.time = sampleCount
        sampleCount += Int64(count)
        try encoder.send(frame)
        try writePackets()
    }

    private func writePackets() throws(MediaError) {
        while try encoder.receive(into: packet) == .ready { try file.write(packet, from: encoder) }
    }
}
