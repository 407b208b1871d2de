/// Decodes a file's audio from its first packet to its last, once, and notices what is wrong on the way.
struct LinearDecoder: ~Copyable {
    /// The container.
    let input: InputFile
    private let decoder: Decoder
    private let packet: Packet
    private let frame: Frame
    private let control: WorkControl
    /// Damage seen so far.
    private(set) var health = DecodeHealth()
    /// Samples per channel the decoder gave, before any conversion.
    private(set) var decodedSamples: Int64 = 0

    /// - Parameter threads: see `Decoder`.
    init(path: String, threads: Int, control: WorkControl) throws(MediaError) {
        let input = try InputFile(path: path)
        let decoder = try Decoder(stream: input, threads: threads)
        let packet = try Packet()
        let frame = try Frame()
        self.input = input
        self.decoder = decoder
        self.packet = packet
        self.frame = frame
        self.control = control
    }

    /// Runs to the end.
    /// - Parameters:
    ///   - onPacket: called when a packet's frames have been given.
    ///   - onFrame: called with each frame.
    mutating func run(
        onPacket: (borrowing Packet) throws(MediaError) -> Void,
        onFrame: (borrowing Frame) throws(MediaError) -> Void
    ) throws(MediaError) {
        var step = try input.read(into: packet)
        while step == .ready {
            try control.checkCancelled()
            health.packetRead(isCutOff: packet.isCutOff, sizeBytes: packet.sizeBytes, head: packet.bytes)
            if try decoder.send(packet) == .damaged { health.packetFailed() }
            try drain(onFrame)
            try onPacket(packet)
            control.report(bytes: packet.position, of: input.source.sizeBytes)
            step = try input.read(into: packet)
        }
        if step == .damaged { health.readFailed() }
        try decoder.sendEnd()
        try drain(onFrame)
    }

    private mutating func drain(_ onFrame: (borrowing Frame) throws(MediaError) -> Void) throws(MediaError) {
        while true {
            switch try decoder.receive(into: frame) {
            case .ready:
                guard frame.sampleCount > 0 else { continue }
                health.frameDecoded()
                decodedSamples += Int64(frame.sampleCount)
                try onFrame(frame)
            case .damaged: health.packetFailed()
            case .needsInput, .finished: return
            }
        }
    }
}
