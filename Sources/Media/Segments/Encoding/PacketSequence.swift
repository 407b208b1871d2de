/// A source's packets from one on, in order, each exactly as one linear demux gives it.
struct PacketSequence: ~Copyable {
    private let index: PacketIndex
    /// Number of the packet that `read` gives next.
    private(set) var next: Int
    /// Whether packets are read by position and size; else they are demuxed.
    private let isDirect: Bool
    private var input: InputFile

    /// Seconds before the packet that a first attempt seeks to; containers' clocks may be wrong by so much.
    private static let firstMarginSeconds = 1.0

    /// - Parameters:
    ///   - input: the source as it was opened, nothing read yet.
    ///   - start: number of the first packet to read.
    init(_ input: consuming InputFile, path: String, index: PacketIndex, from start: Int) throws(MediaError) {
        isDirect = !input.needsChecksums && !index.hasUnknownPositions
        self.input = input
        self.index = index
        next = start
        if !isDirect, start > 0 { try seek(to: start, path: path) }
    }

    /// Reads the next packet.
    /// - Returns: `.ready`; `.finished` after the last; `.damaged` when the file no longer has what the index says.
    mutating func read(into packet: borrowing Packet) throws(MediaError) -> Step {
        guard next < index.count else { return .finished }
        let entry = index[next]
        if isDirect {
            try packet.fill(input.source.bytes(at: entry.position, count: entry.sizeBytes))
        } else {
            guard try input.read(into: packet) == .ready else { return .damaged }
        }
        guard packet.sizeBytes == entry.sizeBytes, entry.checksum == nil || entry.checksum == packet.checksum else {
            return .damaged
        }
        try packet.setTrim(entry.trim)
        next += 1
        return .ready
    }

    /// Brings the demuxer to where its next packet is number `start`.
    private mutating func seek(to start: Int, path: String) throws(MediaError) {
        let seconds = Double(index[start].firstSample) / Double(max(1, index.sampleRate))
        var margin = Self.firstMarginSeconds
        while index.hasChecksums, seconds > margin {
            if input.seek(toSeconds: seconds - margin), try find(start) { return }
            margin *= 8
        }
        input = try InputFile(path: path)
        let packet = try Packet()
        for _ in 0..<start {
            guard try input.read(into: packet) == .ready else { return }
        }
    }

    /// Reads on until the next packet is number `start`.
    ///
    /// Packets are told by place, size and checksum. Where several are alike, as in silence, all numbers they can have
    /// are followed until one is left.
    /// - Returns: false when it may have been passed before that was sure.
    private func find(_ start: Int) throws(MediaError) -> Bool {
        let packet = try Packet()
        guard try input.read(into: packet) == .ready else { return false }
        var numbers = (0..<start).filter { index.matches(packet, at: $0) }
        while let last = numbers.last {
            if last == start - 1 { return numbers.count == 1 }
            guard try input.read(into: packet) == .ready else { return false }
            numbers = numbers.map { $0 + 1 }.filter { index.matches(packet, at: $0) }
        }
        return false
    }
}

extension PacketIndex {
    /// Whether a demuxer did not say where some packets lie.
    fileprivate var hasUnknownPositions: Bool { positions.contains { $0 < 0 } }

    fileprivate func matches(_ packet: borrowing Packet, at number: Int) -> Bool {
        sizes[number] == UInt32(packet.sizeBytes) && positions[number] == packet.position
            && checksums[number] == packet.checksum
    }
}
