extension LinearDecoder {
    /// `truncated` and `damaged`, where they are true, after `run`.
    var warnings: [String] {
        var warnings: [String] = []
        if isTruncated { warnings.append("truncated") }
        if health.isDamaged { warnings.append("damaged") }
        return warnings
    }

    private var isTruncated: Bool {
        if health.endsEarly || (!health.isDamaged && isShorterThanStated) { return true }
        return switch input.demuxer {
        case "mp3": health.lastFrameIsShort
        case "ogg": OggEnding(input.source).isMissing
        default: health.failuresAtEnd > 0
        }
    }

    /// What encoders put before and after the music, which some containers count and some do not.
    private static let longestPrimingSamples = 4096.0

    /// Lossless containers state lengths to the sample; others by rounded clocks and with priming.
    private var isShorterThanStated: Bool {
        guard let stated = input.statedSeconds, input.sampleRate > 0 else { return false }
        let kind = FileKind(demuxer: input.demuxer, codec: input.codec, isWebM: false)
        let rate = Double(input.sampleRate)
        let tolerance = kind.isLossless ? 1.5 / rate : 0.1 + Self.longestPrimingSamples / rate
        return Double(decodedSamples) / rate < stated - tolerance
    }
}
