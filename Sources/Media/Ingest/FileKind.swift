/// Container, media type and extension that belong to a demuxer and a codec.
struct FileKind: Hashable {
    let container: String
    let mediaType: String
    let fileExtension: String
    let isLossless: Bool

    init(demuxer: String, codec: String, isWebM: Bool) {
        switch demuxer {
        case "mp3": self.init("mp3", "audio/mpeg", "mp3", isLossless: false)
        case "flac": self.init("flac", "audio/flac", "flac", isLossless: true)
        case "wav": self.init("wav", "audio/wav", "wav", isLossless: true)
        case "w64": self.init("w64", "audio/x-w64", "w64", isLossless: true)
        case "aiff": self.init("aiff", "audio/aiff", "aiff", isLossless: true)
        case "aac": self.init("aac", "audio/aac", "aac", isLossless: false)
        case "wv": self.init("wavpack", "audio/x-wavpack", "wv", isLossless: true)
        case "ape": self.init("ape", "audio/x-ape", "ape", isLossless: true)
        case "ogg" where codec == "opus": self.init("ogg", "audio/ogg; codecs=opus", "opus", isLossless: false)
        case "ogg": self.init("ogg", "audio/ogg", "ogg", isLossless: codec == "flac")
        case "matroska,webm" where isWebM: self.init("webm", "audio/webm", "webm", isLossless: false)
        case "matroska,webm": self.init("matroska", "audio/x-matroska", "mka", isLossless: Self.isLossless(codec))
        default: self.init("mp4", "audio/mp4", "m4a", isLossless: Self.isLossless(codec))
        }
    }

    private init(_ container: String, _ mediaType: String, _ fileExtension: String, isLossless: Bool) {
        self.container = container
        self.mediaType = mediaType
        self.fileExtension = fileExtension
        self.isLossless = isLossless
    }

    private static func isLossless(_ codec: String) -> Bool {
        codec.hasPrefix("pcm_") || ["flac", "alac", "wavpack", "ape"].contains(codec)
    }
}
