internal import CLibAV
internal import Glibc

/// A new file that libavformat writes through.
///
/// It is written aside and gets its name by `commit`; one that is never committed is removed with this object.
final class ByteSink {
    /// What libavformat writes to; the format context must be gone before this object.
    private(set) var raw: UnsafeMutablePointer<AVIOContext>?
    /// The final name.
    let path: String
    /// Where the bytes are until then; a muxer that moves its index to the front reads them there again.
    let temporaryPath: String
    private let descriptor: Int32
    private var position: Int64 = 0
    private var endPosition: Int64 = 0
    private var isCommitted = false
    private static let bufferBytes = 64 * 1024

    init(path: String) throws(MediaError) {
        self.path = path
        temporaryPath = "\(path).\(String(UInt64.random(in: 0 ... .max), radix: 36)).part"
        descriptor = open(temporaryPath, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw MediaError(writing: talas_averror(errno), to: path) }
        let buffer = av_malloc(Self.bufferBytes)?.assumingMemoryBound(to: UInt8.self)
        raw = avio_alloc_context(
            buffer, Int32(Self.bufferBytes), 1, Unmanaged.passUnretained(self).toOpaque(), nil, writeBytes, seekBytes)
        guard raw != nil else {
            av_free(buffer)
            throw MediaError.outOfMemory
        }
    }

    deinit {
        if let raw {
            av_freep(&raw.pointee.buffer)
            avio_context_free(&self.raw)
        }
        guard descriptor >= 0 else { return }
        close(descriptor)
        if !isCommitted { unlink(temporaryPath) }
    }

    /// Makes everything written durable and gives it its name, in place of what had it.
    func commit() throws(MediaError) {
        avio_flush(raw)
        if let failure = raw?.pointee.error, failure < 0 { throw MediaError(writing: failure, to: path) }
        guard fsync(descriptor) == 0, rename(temporaryPath, path) == 0 else {
            throw MediaError(writing: talas_averror(errno), to: path)
        }
        isCommitted = true
    }

    fileprivate func write(_ bytes: UnsafePointer<UInt8>?, count: Int32) -> Int32 {
        var done = 0
        while done < Int(count) {
            let written = pwrite(descriptor, bytes.map { $0 + done }, Int(count) - done, Int(position))
            if written < 0 {
                if errno == EINTR { continue }
                return talas_averror(errno)
            }
            done += written
            position += Int64(written)
        }
        endPosition = max(endPosition, position)
        return count
    }

    fileprivate func seek(to offset: Int64, whence: Int32) -> Int64 {
        switch whence & ~AVSEEK_FORCE {
        case AVSEEK_SIZE: return endPosition
        case SEEK_SET where offset >= 0: position = offset
        case SEEK_CUR where position + offset >= 0: position += offset
        case SEEK_END where endPosition + offset >= 0: position = endPosition + offset
        default: return Int64(talas_averror(EINVAL))
        }
        return position
    }
}

private func writeBytes(_ opaque: UnsafeMutableRawPointer?, _ bytes: UnsafeMutablePointer<UInt8>?, _ count: Int32)
    -> Int32
{
    guard let opaque else { return talas_averror(EINVAL) }
    return Unmanaged<ByteSink>.fromOpaque(opaque).takeUnretainedValue().write(bytes, count: count)
}

private func seekBytes(_ opaque: UnsafeMutableRawPointer?, _ offset: Int64, _ whence: Int32) -> Int64 {
    guard let opaque else { return Int64(talas_averror(EINVAL)) }
    return Unmanaged<ByteSink>.fromOpaque(opaque).takeUnretainedValue().seek(to: offset, whence: whence)
}
