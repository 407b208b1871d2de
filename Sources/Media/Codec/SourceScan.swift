/// Learns where a file's packets lie, and nothing else: what it takes to encode it in stretches.
enum SourceScan {
    /// How the samples of each packet are counted.
    enum Count: CaseIterable {
        /// By what packets say of themselves, which is quick, and right of undamaged FLAC and PCM.
        case declared
        /// By decoding.
        case decoded
    }

    /// - Parameter progress: told the part done, 0–1, on the calling thread.
    /// - Returns: nil where packets do not say, or where rate or channels change on the way.
    /// - Throws: codes of `Ingest.file`.
    static func run(_ path: String, _ count: Count, limits: MediaLimits, control: WorkControl)
        throws(MediaError) -> RenditionSource?
    {
        switch count {
        case .declared: try declared(path, limits, control)
        case .decoded: try decoded(path, limits, control)
        }
    }

    private static func declared(_ path: String, _ limits: MediaLimits, _ control: WorkControl)
        throws(MediaError) -> RenditionSource?
    {
        let input = try InputFile(path: path)
        guard input.hasExactDurations else { return nil }
        let (rate, channels) = (input.sampleRate, input.layout.channels)
        try limits.check(sampleRate: rate, channels: channels)
        var index = PacketIndex()
        let packet = try Packet()
        while try input.read(into: packet) == .ready {
            try control.checkCancelled()
            guard packet.duration > 0, packet.position >= 0, !packet.isCutOff else { return nil }
            try index.append(
                position: packet.position, sizeBytes: packet.sizeBytes,
                checksum: input.needsChecksums ? packet.checksum : nil, samples: Int(packet.duration), trim: nil)
            index.sampleCount += packet.duration
            try limits.check(sampleCount: index.sampleCount, sampleRate: rate, channels: channels)
            control.report(bytes: packet.position, of: input.source.sizeBytes)
        }
        return try source(path, index, rate: rate, channels: channels)
    }

    private static func decoded(_ path: String, _ limits: MediaLimits, _ control: WorkControl)
        throws(MediaError) -> RenditionSource?
    {
        var decoder = try LinearDecoder(path: path, threads: 1, control: control)
        let needsChecksums = decoder.input.needsChecksums
        var index = PacketIndex()
        var format: (rate: Int, layout: ChannelLayout)?
        var changes = false
        var before: Int64 = 0
        try decoder.run { packet throws(MediaError) in
            try index.append(
                position: packet.position, sizeBytes: packet.sizeBytes,
                checksum: needsChecksums ? packet.checksum : nil, samples: Int(index.sampleCount - before),
                trim: packet.skippedSamples.map { PacketIndex.Trim(start: $0.start, end: $0.end) })
            before = index.sampleCount
        } onFrame: { frame throws(MediaError) in
            if let format {
                changes = changes || frame.sampleRate != format.rate || !format.layout.matches(frame)
            } else {
                try limits.check(sampleRate: frame.sampleRate, channels: frame.channels)
                format = (frame.sampleRate, frame.layout)
            }
            index.sampleCount += Int64(frame.sampleCount)
            try limits.check(
                sampleCount: index.sampleCount, sampleRate: frame.sampleRate, channels: frame.channels)
        }
        guard let format, !changes else { return nil }
        return try source(path, index, rate: format.rate, channels: format.layout.channels)
    }

    private static func source(_ path: String, _ scanned: PacketIndex, rate: Int, channels: Int)
        throws(MediaError) -> RenditionSource?
    {
        guard scanned.sampleCount > 0 else { return nil }
        var index = scanned
        index.sampleRate = rate
        return try RenditionSource(
            path: path, packetIndex: index, sampleRate: rate, channels: channels, sampleCount: index.sampleCount)
    }
}
