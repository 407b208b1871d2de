internal import CLibAV

/// What a decoder or encoder says when asked for its next output.
enum Step: Hashable {
    /// Output was given.
    case ready
    /// Nothing until more input arrives.
    case needsInput
    /// Nothing will come any more.
    case finished
    /// This piece of input could not be decoded; the next may be.
    case damaged
}

extension Step {
    /// Meaning of what `avcodec_receive_frame` and `avcodec_receive_packet` return.
    init(status: Int32) throws(MediaError) {
        switch status {
        case 0...: self = .ready
        case talas_averror(EAGAIN): self = .needsInput
        case talas_averror_eof(): self = .finished
        case talas_averror(ENOMEM): throw MediaError.outOfMemory
        default: self = .damaged
        }
    }
}

extension MediaError {
    static let outOfMemory = MediaError(code: .outOfMemory, message: "There is not enough memory for this file.")
    static let cancelled = MediaError(code: .cancelled, message: "The work was cancelled.")

    /// An error of writing, from a C status of libavformat.
    init(writing status: Int32, to path: String) {
        switch status {
        case talas_averror(ENOSPC), talas_averror(EDQUOT):
            self.init(code: .storageFull, message: "There is no space left to write \(path).")
        case talas_averror(ENOMEM):
            self = .outOfMemory
        default:
            self.init(code: .io, message: "\(path) could not be written: \(MediaError.text(of: status)).")
        }
    }

    /// libavutil's own words for a status.
    static func text(of status: Int32) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(AV_ERROR_MAX_STRING_SIZE)) { buffer in
            guard let start = buffer.baseAddress, av_strerror(status, start, buffer.count) == 0 else {
                return "error \(status)"
            }
            return String(cString: start)
        }
    }
}

/// FFmpeg prints to standard error unless told not to; touched by everything that opens something.
enum LibraryLog {
    static let silenced: Void = av_log_set_level(AV_LOG_QUIET)
}
