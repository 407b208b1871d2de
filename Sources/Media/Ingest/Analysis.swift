/// Everything that is learnt from the packets and frames of one decode.
struct Analysis {
    private let limits: MediaLimits
    private let hasChecksums: Bool
    private var index = PacketIndex()
    private var samplesBeforePacket: Int64 = 0
    private var track: TrackMeasurement?

    init(limits: MediaLimits, hasChecksums: Bool) {
        self.limits = limits
        self.hasChecksums = hasChecksums
    }

    /// Notes a packet whose frames were all taken.
    mutating func take(_ packet: borrowing Packet) throws(MediaError) {
        let count = track?.sampleCount ?? 0
        try index.append(
            position: packet.position, sizeBytes: packet.sizeBytes, checksum: hasChecksums ? packet.checksum : nil,
            samples: Int(count - samplesBeforePacket),
            trim: packet.skippedSamples.map { PacketIndex.Trim(start: $0.start, end: $0.end) })
        samplesBeforePacket = count
    }

    /// Measures one frame.
    mutating func take(_ frame: borrowing Frame) throws(MediaError) {
        let track = if let track { track } else { try begin(frame) }
        try track.take(frame)
        try limits.check(
            sampleCount: track.sampleCount, sampleRate: track.format.sampleRate, channels: track.format.layout.channels)
    }

    private mutating func begin(_ frame: borrowing Frame) throws(MediaError) -> TrackMeasurement {
        try limits.check(sampleRate: frame.sampleRate, channels: frame.channels)
        let begun = TrackMeasurement(frame)
        track = begun
        return begun
    }

    /// The end of the decode.
    /// - Throws: `.unreadable` when nothing was decoded.
    mutating func finish(_ decoder: borrowing LinearDecoder) throws(MediaError) -> IngestResult {
        guard let track else {
            throw MediaError(code: .unreadable, message: "Nothing in this file can be decoded.")
        }
        let measured = try track.finish()
        index.sampleRate = track.format.sampleRate
        index.sampleCount = track.sampleCount
        var probe = Probe(decoder.input)
        probe.sampleRate = track.format.sampleRate
        probe.channels = track.format.layout.channels
        probe.channelLayout = track.format.layout.name
        return IngestResult(
            probe: probe, sampleCount: track.sampleCount, sampleRate: probe.sampleRate, channels: probe.channels,
            packetIndex: index, waveform: measured.waveform, loudness: measured.loudness,
            fingerprint: measured.fingerprint, cover: Self.cover(decoder.input),
            warnings: decoder.warnings + (track.formatChanged ? ["format-changed"] : []))
    }

    /// Music is welcome without its picture: one that cannot be read counts as none.
    private static func cover(_ input: borrowing InputFile) -> [UInt8]? {
        input.cover.flatMap { try? Picture.jpeg($0, IngestResult.coverShape) }
    }
}
