internal import Foundation

/// System calls with typed errors. All of them block.
enum FileSystem {
    /// The error of the last failed call, as the user should read it.
    static func failure(_ action: String, _ path: String, errno code: Int32 = errno) -> MediaError {
        let reason = String(cString: strerror(code))
        switch code {
        case ENOSPC, EDQUOT:
            return MediaError(code: .storageFull, message: "The storage is full: free some space and try again.")
        case EFBIG:
            return MediaError(code: .tooLarge, message: "The file is larger than the storage allows.")
        case ENOMEM:
            return MediaError(code: .outOfMemory, message: "Out of memory while trying to \(action) \(path).")
        default:
            return MediaError(
                code: .io, message: "Could not \(action) \(path): \(reason). Check the storage and its permissions.")
        }
    }

    /// Makes a directory and those above it, for the owner alone; one that exists already is fine.
    static func makeDirectory(_ path: String) throws(MediaError) {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let parent = parent(of: path) else { throw failure("create", path) }
        try makeDirectory(parent)
        if mkdir(path, 0o700) != 0, errno != EEXIST { throw failure("create", path) }
    }

    /// Opens a file; the caller closes the descriptor.
    static func open(_ path: String, _ flags: Int32, mode: mode_t = 0o600) throws(MediaError) -> Int32 {
        while true {
            let descriptor = Foundation.open(path, flags | O_CLOEXEC, mode)
            if descriptor >= 0 { return descriptor }
            if errno != EINTR { throw failure("open", path) }
        }
    }

    /// Writes all bytes.
    static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String) throws(MediaError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw failure("write", path)
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// Writes all bytes.
    static func write(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(MediaError) {
        try bytes.withUnsafeBytes { buffer in
            Result { () throws(MediaError) in try write(buffer, to: descriptor, path: path) }
        }.get()
    }

    /// Waits until the contents are on the medium.
    static func synchronise(_ descriptor: Int32, path: String) throws(MediaError) {
        while fsync(descriptor) != 0 {
            if errno != EINTR { throw failure("save", path) }
        }
    }

    /// Waits until the entries of a directory are on the medium.
    static func synchroniseDirectory(_ path: String) throws(MediaError) {
        let descriptor = try open(path, O_RDONLY | O_DIRECTORY)
        defer { close(descriptor) }
        try synchronise(descriptor, path: path)
    }

    /// Moves a file over another one, if there is one, at once for every observer.
    static func rename(_ old: String, _ new: String) throws(MediaError) {
        if Foundation.rename(old, new) != 0 { throw failure("move", old) }
    }

    /// Removes a file; false when there was none.
    @discardableResult
    static func remove(_ path: String) throws(MediaError) -> Bool {
        if unlink(path) == 0 { return true }
        if errno == ENOENT { return false }
        throw failure("remove", path)
    }

    /// Names in a directory, without `.` and `..`, in no order; none when there is no such directory, or a file instead.
    static func names(in path: String) throws(MediaError) -> [String] {
        guard let directory = opendir(path) else {
            if errno == ENOENT || errno == ENOTDIR { return [] }
            throw failure("list", path)
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Size in bytes and time of the last change of a file; nil when there is none.
    static func status(_ path: String) throws(MediaError) -> (size: Int, modified: Date)? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw failure("look at", path)
        }
        let modified = Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9
        return (Int(status.st_size), Date(timeIntervalSince1970: modified))
    }

    /// Bytes that an unprivileged process may still write on the disk that holds a path.
    static func freeBytes(_ path: String) throws(MediaError) -> Int {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { throw failure("look at", path) }
        return Int(clamping: UInt64(status.f_bavail) &* UInt64(status.f_frsize))
    }

    private static func parent(of path: String) -> String? {
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return nil }
        return String(path[..<slash])
    }
}
