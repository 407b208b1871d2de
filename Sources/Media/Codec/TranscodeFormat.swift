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

    /// The bitrate for a wish, in kbit/s; nil for lossless formats.
    /// - Throws: `.invalidOption` for what the format does not have.
    func checked(kilobits: Int?) throws(MediaError) -> Int? {
        guard !isLossless else {
            guard kilobits == nil else {
                throw MediaError(code: .invalidOption, message: "\(rawValue) is lossless: leave the bitrate out.")
            }
            return nil
        }
        let wanted = kilobits ?? Self.defaultKilobits
        guard ladder.contains(wanted) else {
            let steps = ladder.map(String.init).joined(separator: ", ")
            throw MediaError(
                code: .invalidOption, message: "\(rawValue) has no \(wanted) kbit/s: choose one of \(steps).")
        }
        return wanted
    }

    /// The bitrates there are, in kbit/s; none of lossless formats.
    private var ladder: [Int] {
        switch self {
        case .mp3: RenditionCodec.mp3Ladder
        case .opus: RenditionCodec.opusLadder
        case .aac: [64, 96, 128, 160, 192, 256]
        case .flac, .wav: []
        }
    }

    /// The rendition that a file of this format is; nil where files are written otherwise.
    func renditionCodec(kilobits: Int?) -> RenditionCodec? {
        switch self {
        case .mp3: kilobits.map { .mp3(kilobits: $0) }
        case .opus: kilobits.map { .opus(kilobits: $0) }
        case .flac: .flac
        case .aac, .wav: nil
        }
    }
}
