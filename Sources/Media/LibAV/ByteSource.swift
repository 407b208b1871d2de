internal import CLibAV
internal import Glibc

/// An open file that libavformat reads through. No name, protocol or network reaches FFmpeg, only these bytes.
///
/// `/dev/fd/N` is the open descriptor N of this process, as shells have it: what may open no file can be given one.
final class ByteSource {
    /// What libavformat reads from; freed with this object, which must outlive the format context.
    private(set) var raw: UnsafeMutablePointer<AVIOContext>?
    /// Size of the file when it was opened.
    let sizeBytes: Int64
    /// Whether something asked for bytes beyond the end.
    private(set) var reachedEnd = false
    private let descriptor: Int32
    private var position: Int64 = 0

    private static let bufferBytes = 64 * 1024

    init(path: String) throws(MediaError) {
        _ = LibraryLog.silenced
        (descriptor, sizeBytes) = try Self.open(path)
        let buffer = av_malloc(Self.bufferBytes)?.assumingMemoryBound(to: UInt8.self)
        raw = avio_alloc_context(
            buffer, Int32(Self.bufferBytes), 0, Unmanaged.passUnretained(self).toOpaque(), readBytes, nil, seekBytes)
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
        close(descriptor)
    }

    private static func open(_ path: String) throws(MediaError) -> (descriptor: Int32, sizeBytes: Int64) {
        let given = path.hasPrefix("/dev/fd/") ? Int32(path.dropFirst("/dev/fd/".count)) : nil
        let descriptor =
            if let given { fcntl(given, F_DUPFD_CLOEXEC, 0) } else {
                Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
            }
        guard descriptor >= 0 else {
            throw MediaError(code: .io, message: "The file cannot be opened: \(String(cString: strerror(errno))).")
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw MediaError(code: .io, message: "This is not a regular file.")
        }
        guard status.st_size > 0 else {
            close(descriptor)
            throw MediaError(code: .unreadable, message: "The file is empty.")
        }
        posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
        return (descriptor, Int64(status.st_size))
    }

    /// Bytes at a place, fewer at the end; the reading position stays.
    func bytes(at offset: Int64, count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = max(0, pread(descriptor, buffer.baseAddress, count, Int(offset)))
        }
    }

    fileprivate func read(into buffer: UnsafeMutablePointer<UInt8>?, count: Int32) -> Int32 {
        while true {
            let got = pread(descriptor, buffer, Int(count), Int(position))
            if got > 0 {
                position += Int64(got)
                return Int32(got)
            }
            if got == 0 {
                reachedEnd = true
                return talas_averror_eof()
            }
            if errno != EINTR { return talas_averror(errno) }
        }
    }

    fileprivate func seek(to offset: Int64, whence: Int32) -> Int64 {
        switch whence & ~AVSEEK_FORCE {
        case AVSEEK_SIZE: return sizeBytes
        case SEEK_SET: position = offset
        // A crafted file may ask for any place: one that overflows is none.
        case SEEK_CUR: position = position &+ offset
        case SEEK_END: position = sizeBytes &+ offset
        default: return Int64(talas_averror(EINVAL))
        }
        guard position >= 0 else {
            position = 0
            return Int64(talas_averror(EINVAL))
        }
        return position
    }
}

private func readBytes(_ opaque: UnsafeMutableRawPointer?, _ buffer: UnsafeMutablePointer<UInt8>?, _ count: Int32)
    -> Int32
{
    guard let opaque else { return talas_averror(EINVAL) }
    return Unmanaged<ByteSource>.fromOpaque(opaque).takeUnretainedValue().read(into: buffer, count: count)
}

private func seekBytes(_ opaque: UnsafeMutableRawPointer?, _ offset: Int64, _ whence: Int32) -> Int64 {
    guard let opaque else { return Int64(talas_averror(EINVAL)) }
    return Unmanaged<ByteSource>.fromOpaque(opaque).takeUnretainedValue().seek(to: offset, whence: whence)
}
