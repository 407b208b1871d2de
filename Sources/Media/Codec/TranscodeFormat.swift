/// Formats a whole file can be transcoded to.
package enum TranscodeFormat: String, Hashable, Sendable, Codable, CaseIterable {
    case mp3, opus, aac, flac, wav

    /// The format a file's extension means, without dot, in any case; `m4a` is AAC in MP4.
    package init?(fileExtension: String) {
        switch fileExtension.lowercased() {
        case "m4a", "mp4", "aac": self = .aac
        case "opus", "ogg": self = .opus
        case let other: self.init(rawValue: other)
        }
    }

    /// Usual extension without dot.
    package var fileExtension: String { self == .aac ? "m4a" : rawValue }

    /// Media type for HTTP.
    package var mediaType: String {
        switch self {
        case .mp3: "audio/mpeg"
        case .opus: "audio/ogg; codecs=opus"
        case .aac: "audio/mp4"
        case .flac: "audio/flac"
        case .wav: "audio/wav"
        }
    }

    /// Whether every sample is kept.
    package var isLossless: Bool { self == .flac || self == .wav }

    /// Used when none is asked for.
    static let defaultKilobits = 128

    /// Bits per second for a wish in kbit/s; nil for lossless formats.
    /// - Throws: `.invalidOption` for what the format does not have.
    func bitrate(kilobits: Int?) throws(MediaError) -> Int? {
        guard !isLossless else {
            guard kilobits == nil else {
                throw MediaError(code: .invalidOption, message: "\(rawValue) is lossless: leave the bitrate out.")
            }
            return nil
        }
        let wanted = kilobits ?? Self.defaultKilobits
        if let ladder, !ladder.contains(wanted) {
            let steps = ladder.map(String.init).joined(separator: ", ")
            throw MediaError(
                code: .invalidOption, message: "\(rawValue) has no \(wanted) kbit/s: choose one of \(steps).")
        }
        guard range.contains(wanted) else {
            throw MediaError(
                code: .invalidOption,
                message: "\(rawValue) cannot have \(wanted) kbit/s: choose \(range.lowerBound) to \(range.upperBound).")
        }
        return wanted * 1000
    }

    /// The only bitrates MPEG-1 layer III has.
    private var ladder: [Int]? {
        self == .mp3 ? [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320] : nil
    }

    private var range: ClosedRange<Int> { self == .opus ? 8...256 : 24...320 }
}
