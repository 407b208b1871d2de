import HTTPTypes
import Media
import Platform

extension Problem {
    /// What is wrong with a form: its type (415), its size (413), or its build (400).
    static func form(_ error: MultipartError) -> Problem {
        switch error.code {
        case .notMultipart, .unsupportedEncoding:
            Problem(.unsupportedMediaType, code: "unsupported_media_type", error.description)
        case .headerTooLarge, .tooManyParts, .fieldTooLarge:
            Problem(.contentTooLarge, code: "too_large", error.description)
        case .badBoundary, .boundaryNotFound, .malformedDelimiter, .malformedHeader, .missingName, .truncated:
            Problem(.badRequest, code: "malformed_form", error.description)
        }
    }

    /// What was found instead of audio, and what would be accepted; other faults have their place in the common table.
    static func upload(_ error: MediaError) -> any Error {
        switch error.code {
        case .unreadable, .unsupportedCodec, .noAudio, .hasVideo, .truncatedHeader:
            Problem(.unsupportedMediaType, code: "unsupported_media", "\(error.message) \(accepted)")
        default: error
        }
    }

    private static let accepted =
        "Accepted are MP3, FLAC, WAV, AIFF, Ogg Vorbis, Opus, AAC, M4A, ALAC, WavPack, Monkey's Audio, and the sound of "
        + "WebM and Matroska."
}
