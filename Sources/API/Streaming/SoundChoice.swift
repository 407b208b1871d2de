import HTTPTypes
import Media
import Platform

/// Which of a track's forms a request is for.
enum SoundChoice: Hashable {
    case original
    case rendition(Rendition)

    /// What a request says of it, as text.
    struct Wish: Hashable {
        var format: String?
        var bitrate: String?
        var channels: String?
        /// Hundredths of a decibel; nil when the loudness is to stay as it is.
        var gain: Int?
        var accept: String?
    }

    /// The form that is meant. Own format without further wishes is the original, where it may be had.
    /// - Throws: 400 for what there is not, 403 for an original that is not to be had.
    init(_ wish: Wish, of source: TrackSource, mayHaveOriginal: Bool) throws(Problem) {
        let isChanged = wish.bitrate != nil || wish.channels != nil || wish.gain != nil
        let format: String
        if let named = wish.format {
            format = named
        } else {
            format = Self.negotiated(wish, source, hasOriginal: mayHaveOriginal && !isChanged)
        }
        if format == "original" || source.formatNames.contains(format) {
            if !isChanged, mayHaveOriginal {
                self = .original
                return
            }
            guard mayHaveOriginal || Self.isMade(format) else {
                throw Problem(
                    .forbidden, code: "not_downloadable",
                    "The uploader does not offer this track's original file: ask for mp3, opus, aac, flac or wav.")
            }
        }
        let codec = try Self.codec(format, bitrate: wish.bitrate, source)
        let own = codec == .flac ? source.channels : min(2, source.channels)
        self = .rendition(
            Rendition(codec: codec, channels: try Self.channels(wish.channels) ?? own, gain: wish.gain ?? 0))
    }

    private static func isMade(_ format: String) -> Bool {
        ["mp3", "opus", "aac", "m4a", "flac", "wav"].contains(format)
    }

    private static func channels(_ text: String?) throws(Problem) -> Int? {
        guard let text else { return nil }
        guard let count = Int(text), 1...2 ~= count else { throw .invalid(["channels": "Choose 1 or 2."]) }
        return count
    }

    private static func codec(
        _ format: String, bitrate: String?, _ source: TrackSource
    ) throws(Problem) -> RenditionCodec {
        switch format {
        case "mp3": return .mp3(kilobits: try kilobits(bitrate, of: "MP3", RenditionCodec.mp3Ladder))
        case "opus": return .opus(kilobits: try kilobits(bitrate, of: "Opus", RenditionCodec.opusLadder))
        case "aac", "m4a": return .aac(kilobits: try kilobits(bitrate, of: "AAC", RenditionCodec.aacLadder))
        case "wav", "flac":
            guard bitrate == nil else {
                throw .invalid(["bitrate": "\(format.uppercased()) has no bitrates: leave it out."])
            }
            return format == "wav" ? .wav : .flac
        default: throw unavailable("Format \(format.prefix(20))", source)
        }
    }

    private static func kilobits(_ text: String?, of name: String, _ ladder: [Int]) throws(Problem) -> Int {
        guard let text else { return 128 }
        guard let kilobits = Int(text), ladder.contains(kilobits) else {
            let steps = ladder.map(String.init).joined(separator: ", ")
            throw .invalid(["bitrate": "\(name) comes at \(steps) kbit/s."])
        }
        return kilobits
    }

    /// The form that the client takes most gladly; of those it takes alike, the original if browsers play it, else MP3.
    private static func negotiated(_ wish: Wish, _ source: TrackSource, hasOriginal: Bool) -> String {
        var candidates = [("mp3", "audio/mpeg", 0.9), ("opus", "audio/ogg", 0.8), ("aac", "audio/mp4", 0.75)]
        if wish.bitrate == nil { candidates += [("wav", "audio/wav", 0.7), ("flac", "audio/flac", 0.6)] }
        if hasOriginal { candidates.append(("original", source.mediaType, source.isPlayedByBrowsers ? 1 : 0.5)) }
        func best(_ accept: AcceptHeader) -> (name: String, weight: Double)? {
            candidates.map { ($0.0, $0.2 * accept.quality(of: $0.1)) }.max { $0.1 < $1.1 }
        }
        // Who takes none of it gets what others get: better than nothing.
        if let chosen = best(AcceptHeader(wish.accept)), chosen.weight > 0 { return chosen.name }
        return best(AcceptHeader(nil))?.name ?? "mp3"
    }

    private static func unavailable(_ what: String, _ source: TrackSource) -> Problem {
        Problem(
            .badRequest, code: "unsupported_format",
            "\(what) cannot be had of this track; available are mp3, opus, aac, flac and wav, and its original "
                + "(\(source.fileExtension)), with format=original.")
    }
}

extension TrackSource {
    /// What `format` may say and mean the source itself.
    var formatNames: Set<String> {
        fileExtension == "m4a" && codec == "aac" ? ["m4a", "aac"] : [fileExtension]
    }

    /// Whether browsers play the source as it is.
    var isPlayedByBrowsers: Bool {
        switch fileExtension {
        // Of what WAV may hold, 64-bit floats alone are left out.
        case "wav": codec.hasPrefix("pcm_") && !codec.hasPrefix("pcm_f64")
        case "mp3", "flac", "opus", "ogg", "webm", "aac", "m4a":
            ["mp3", "flac", "opus", "vorbis", "aac"].contains(codec)
        default: false
        }
    }
}
