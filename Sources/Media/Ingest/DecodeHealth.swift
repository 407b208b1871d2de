/// What a decode had to pass over, kept apart by where it happened: damage in the middle, or a file that ends early.
struct DecodeHealth {
    /// Packets failed and good frames came after them.
    private(set) var isDamaged = false
    /// Packets failed since the last good frame.
    private(set) var failuresAtEnd = 0
    /// The last packet was shorter than its container promised, or reading broke off.
    private(set) var endsEarly = false
    /// The last packet is an MPEG frame that is shorter than its own header says.
    private(set) var lastFrameIsShort = false

    mutating func packetRead(isCutOff: Bool, sizeBytes: Int, head: UnsafeBufferPointer<UInt8>) {
        endsEarly = isCutOff
        if let expected = MPEGAudioHeader(head)?.frameBytes { lastFrameIsShort = expected > sizeBytes }
    }

    mutating func packetFailed() { failuresAtEnd += 1 }

    mutating func readFailed() { endsEarly = true }

    mutating func frameDecoded() {
        if failuresAtEnd > 0 { isDamaged = true }
        failuresAtEnd = 0
    }
}
