/// Decodes a source from any sample on: sample for sample what a decode from the beginning gives.
///
/// A fresh decoder starts some packets before the one that holds the sample, and what those give is dropped. So what
/// comes out depends on the file and the sample alone.
struct ExactDecoder: ~Copyable {
    /// What became of a request for the next frame.
    enum Outcome: Hashable {
        case ready
        case finished
        /// Packets give other numbers of samples than at ingest.
        case contradictsIndex
    }

    private let source: RenditionSource
    private let decoder: Decoder
    private let packet: Packet
    private var packets: PacketSequence
    /// First packet whose output counts.
    private let targetPacket: Int
    /// First sample wanted.
    private let firstSample: Int64
    /// Number of the next sample that comes out.
    private var position: Int64
    /// Samples that the packet given last has yielded.
    private var yielded = 0
    private var isDraining = false

    /// - Parameters:
    ///   - sample: the first sample to give; anything from the source's end on gives none.
    ///   - fromBeginning: decode everything before it, however long that takes.
    init(_ source: RenditionSource, from sample: Int64, fromBeginning: Bool) throws(MediaError) {
        let index = source.packetIndex
        let input = try InputFile(path: source.path)
        let target = index.number(ofPacketWithSample: min(sample, source.sampleCount - 1)) ?? 0
        let start = fromBeginning || index.count == 0 ? 0 : PreRoll(for: input).start(before: target, in: index)
        let decoder = try Decoder(stream: input, threads: 1)
        let packets = try PacketSequence(input, path: source.path, index: index, from: start)
        let packet = try Packet()
        self.source = source
        self.decoder = decoder
        self.packets = packets
        self.packet = packet
        firstSample = sample
        targetPacket = start == 0 ? 0 : target
        position = index.count == 0 ? 0 : index[targetPacket].firstSample
    }

    /// Takes the next samples, in the decoder's own format; the very first one is the sample asked for.
    mutating func next(into frame: borrowing Frame) throws(MediaError) -> Outcome {
        while true {
            switch try decoder.receive(into: frame) {
            case .ready:
                guard packets.next > targetPacket, frame.sampleCount > 0 else { continue }
                guard frame.sampleRate == source.sampleRate, frame.channels == source.channels else {
                    return .contradictsIndex
                }
                yielded += frame.sampleCount
                let begin = position
                position += Int64(frame.sampleCount)
                guard position > firstSample else { continue }
                frame.dropFirst(Int(max(0, firstSample - begin)))
                return .ready
            case .damaged: continue
            case .finished: return position == source.sampleCount ? .finished : .contradictsIndex
            case .needsInput:
                guard try sendNext() else { return .contradictsIndex }
            }
        }
    }

    /// Gives the decoder its next packet, or says that there is none.
    /// - Returns: whether the packet before yielded what the index says, and this one is the file's.
    private mutating func sendNext() throws(MediaError) -> Bool {
        guard !isDraining else { return false }
        if packets.next > targetPacket, yielded != source.packetIndex[packets.next - 1].sampleCount { return false }
        yielded = 0
        switch try packets.read(into: packet) {
        case .ready: _ = try decoder.send(packet)
        case .finished:
            isDraining = true
            try decoder.sendEnd()
        case .damaged, .needsInput: return false
        }
        return true
    }
}
