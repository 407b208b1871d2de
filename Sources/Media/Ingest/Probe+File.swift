extension Probe {
    /// Looks at a file's beginning; decodes next to nothing.
    /// - Throws: `.unreadable`, `.unsupportedCodec`, `.noAudio`, `.hasVideo`, `.truncatedHeader`, `.io`.
    package static func file(_ path: String) throws(MediaError) -> Probe {
        let probe = Probe(try InputFile(path: path))
        try MediaLimits().check(sampleRate: probe.sampleRate, channels: probe.channels)
        return probe
    }

    init(_ input: borrowing InputFile) {
        let kind = FileKind(demuxer: input.demuxer, codec: input.codec, isWebM: input.isWebM)
        let layout = input.layout
        self.init(
            container: kind.container, codec: input.codec, sampleRate: input.sampleRate, channels: layout.channels,
            channelLayout: layout.name, bitsPerSample: kind.isLossless ? input.bitsPerSample : nil,
            bitrate: input.bitrate,
            estimatedDurationMilliseconds: input.estimatedSeconds.flatMap { Int(exactly: ($0 * 1000).rounded()) },
            tags: TagNames.normalised(input.tags), hasCover: input.hasCover, mediaType: kind.mediaType,
            fileExtension: kind.fileExtension)
    }
}
