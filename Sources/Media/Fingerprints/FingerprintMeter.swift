internal import CChromaprint

/// Listens to a track's beginning for its acoustic fingerprint (libchromaprint's default algorithm).
final class FingerprintMeter {
    /// Seconds from the start that count.
    static let seconds = 120

    private let context: OpaquePointer?
    private let channels: Int
    private var samplesLeft: Int

    /// - Parameters:
    ///   - sampleRate: in hertz.
    ///   - channels: of the interleaved samples that follow.
    init(sampleRate: Int, channels: Int) {
        self.channels = channels
        samplesLeft = Self.seconds * sampleRate * channels
        context = chromaprint_new(Int32(CHROMAPRINT_ALGORITHM_DEFAULT.rawValue))
        if chromaprint_start(context, Int32(sampleRate), Int32(channels)) == 0 { samplesLeft = 0 }
    }

    deinit { chromaprint_free(context) }

    /// Takes interleaved 16-bit samples of whole frames.
    func append(_ samples: UnsafeBufferPointer<Int16>) {
        guard samplesLeft > 0, let start = samples.baseAddress else { return }
        let count = min(samples.count, samplesLeft)
        samplesLeft -= count
        if chromaprint_feed(context, start, Int32(count)) == 0 { samplesLeft = 0 }
    }

    /// The fingerprint; empty for what is too short, or cannot be had.
    func finish() -> Fingerprint {
        var items: UnsafeMutablePointer<UInt32>?
        var count: Int32 = 0
        guard chromaprint_finish(context) != 0, chromaprint_get_raw_fingerprint(context, &items, &count) != 0,
            let items
        else { return Fingerprint(items: []) }
        defer { chromaprint_dealloc(items) }
        return Fingerprint(items: Array(UnsafeBufferPointer(start: items, count: Int(count))))
    }
}
