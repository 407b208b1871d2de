/// What went wrong with a media file, as a kind and a sentence for its owner.
package struct MediaError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Kinds of failure a caller acts on.
    package enum Code: String, Hashable, Sendable, Codable {
        /// Not audio, or so broken that nothing decodes.
        case unreadable
        /// A format that Talas does not accept.
        case unsupportedCodec
        /// A container without an audio stream.
        case noAudio
        /// A moving picture; cover art is not one.
        case hasVideo
        /// The file ends inside its header.
        case truncatedHeader
        /// More bytes than allowed.
        case tooLarge
        /// Decodes to more audio than the stated limits.
        case limitExceeded
        /// An option of the caller that cannot be met, such as a bitrate no encoder has.
        case invalidOption
        /// No space left where the result goes.
        case storageFull
        /// The file system failed.
        case io
        /// Memory could not be had.
        case outOfMemory
        /// What does the work was lost on the way, twice: the same may go well later.
        case interrupted
        /// The file ended whatever worked on it several times, and is left alone for a while.
        case quarantined
        /// The codecs at hand do otherwise than the segment was to be made.
        case otherBehaviour
        /// The caller asked to stop.
        case cancelled
    }

    /// The kind.
    package let code: Code
    /// One sentence a user can act on.
    package let message: String

    /// An error of a kind with its sentence.
    package init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }

    /// What whoever encodes says when its codecs do otherwise.
    package static let otherBehaviour = MediaError(
        code: .otherBehaviour,
        message: "This part is not cached, and the server's codecs encode otherwise than those it is made with: its "
            + "operator has to run `talas media adopt`.")
}
