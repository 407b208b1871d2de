import HTTPTypes
import Media
package import Platform
import Postgres

extension Problem {
    /// The table from the features' errors to what clients see; nil for what should never reach one.
    package static func translating(_ error: any Error) -> Problem? {
        switch error {
        case let error as MediaError: Problem(error)
        case let error as PostgresError: Problem(error)
        default: nil
        }
    }

    /// Media that cannot be used is the client's to mend; a store that cannot be written is ours.
    init?(_ error: MediaError) {
        switch error.code {
        case .unreadable, .unsupportedCodec, .noAudio, .hasVideo, .truncatedHeader:
            self.init(.unsupportedMediaType, code: "unsupported_media", error.message)
        case .tooLarge, .limitExceeded:
            self.init(.contentTooLarge, code: "media_too_large", error.message)
        case .storageFull:
            self.init(
                .init(code: 507, reasonPhrase: "Insufficient Storage"), code: "storage_full",
                "The server's storage is full: nothing was kept. Try again when there is space.")
        case .invalidOption:
            self.init(.badRequest, code: "invalid", error.message)
        case .interrupted:
            self.init(.serviceUnavailable, code: "media_interrupted", error.message, retryAfterSeconds: 5)
        case .quarantined:
            self.init(.serviceUnavailable, code: "media_quarantined", error.message, retryAfterSeconds: 600)
        case .otherBehaviour:
            self.init(.serviceUnavailable, code: "media_not_adopted", error.message, retryAfterSeconds: 60)
        case .io, .outOfMemory, .cancelled:
            return nil
        }
    }

    /// What went wrong with a rendition of a track that is ready: the server's fault, not that of who listens.
    init(ofRendition error: MediaError) {
        switch error.code {
        case .interrupted, .quarantined, .otherBehaviour: self = Problem(error) ?? .internalError
        default: self.init(.internalServerError, code: "rendition_failed", error.message)
        }
    }

    /// What stores did not turn into something better themselves.
    init?(_ error: PostgresError) {
        switch error.code {
        case .uniqueViolation:
            let name = error.constraint ?? ""
            self.init(.conflict, code: "conflict", "Something with these values exists already (\(name)).")
        case .foreignKeyViolation:
            self.init(.conflict, code: "conflict", "Something that this refers to does not exist or is still in use.")
        case .unavailable, .connectionLost, .serializationFailure, .deadlock, .timeout:
            self.init(
                .serviceUnavailable, code: "database_unavailable",
                "The database does not answer right now. Try again in a moment.", retryAfterSeconds: 2)
        case .checkViolation:
            self.init(.badRequest, code: "invalid", "A value is out of bounds (\(error.constraint ?? "unknown")).")
        case .other where ["22001", "22003", "22021", "22P05", "54000"].contains(error.sqlState):
            self.init(
                .badRequest, code: "invalid",
                "A value is too long, too large or holds characters that cannot be stored.")
        default:
            return nil
        }
    }
}
