internal import Crypto
internal import Foundation
import NIOCore
package import NIOPosix
import Synchronization

/// The tier of segments on disk: bounded, and safe against crashes.
///
/// | place | what |
/// |---|---|
/// | `ab/<source>/<rendition>.<behaviour>.<index>` | the SHA-256 of name and bytes, then the bytes |
/// | `tmp/` | what is being written |
///
/// A file is written aside and renamed, and never synced: one that a crash has torn does not have its checksum and is made
/// again. What was there at the start is found by looking, in the background. Which ones are evicted, ``SieveCache`` says.
package final class SegmentFiles: Sendable {
    /// Segments that may wait to be written; further ones are not kept.
    private static let maximumWrites = 64

    private struct State {
        var index: SieveCache<String, Void>
        var writes = 0
    }

    /// Most bytes that are kept.
    package let capacityBytes: Int
    private let directory: String
    private let minimumFreeBytes: Int
    private let threads: NIOThreadPool
    private let state: Mutex<State>

    /// Opens the tier, or makes its directories. Blocks on the disk.
    /// - Parameters:
    ///   - directory: of its own.
    ///   - minimumFreeBytes: of the disk; with less, segments give way and none is written.
    ///   - threads: a running pool, for the disk.
    /// - Throws: `io`.
    package init(
        directory: String, capacityBytes: Int, minimumFreeBytes: Int, threads: NIOThreadPool
    ) throws(MediaError) {
        self.directory = directory
        self.capacityBytes = capacityBytes
        self.minimumFreeBytes = minimumFreeBytes
        self.threads = threads
        state = Mutex(State(index: SieveCache(capacity: capacityBytes)))
        try FileSystem.makeDirectory("\(directory)/tmp")
        // Whoever was writing there is dead: a data directory has one server.
        for name in try FileSystem.names(in: "\(directory)/tmp") { try FileSystem.remove("\(directory)/tmp/\(name)") }
    }

    /// How much is kept, as far as is known.
    package var load: (bytes: Int, count: Int) { state.withLock { ($0.index.cost, $0.index.count) } }

    /// Finds what earlier servers left. Blocks on the disk.
    package func findKept() throws(MediaError) {
        for shard in try FileSystem.names(in: directory) where shard.utf8.count == 2 {
            for source in try FileSystem.names(in: "\(directory)/\(shard)") {
                let folder = "\(shard)/\(source)"
                for name in try FileSystem.names(in: "\(directory)/\(folder)") {
                    let path = "\(folder)/\(name)"
                    guard let size = try FileSystem.status("\(directory)/\(path)")?.size else { continue }
                    try note(path, size: size)
                }
            }
        }
    }

    /// Removes everything, what has not been found yet included. Blocks on the disk.
    package func removeAll() throws(MediaError) {
        try findKept()
        let paths = state.withLock { $0.index.evict(toCost: -1) }
        for path in paths { try FileSystem.remove("\(directory)/\(path)") }
    }

    /// Gives bytes of the disk back, those of the least wanted segments. Blocks on the disk.
    /// - Returns: how many segments went.
    @discardableResult
    package func shrink(by bytes: Int) throws(MediaError) -> Int {
        let paths = state.withLock { state in state.index.evict(toCost: max(-1, state.index.cost - bytes)) }
        for path in paths { try FileSystem.remove("\(directory)/\(path)") }
        return paths.count
    }

    /// A segment that is kept, whole and as it was written.
    func read(_ key: SegmentKey, _ report: @escaping @Sendable (SegmentEvent) -> Void) async -> ByteBuffer? {
        let path = Self.path(of: key)
        // A disk that cannot be read is as good as none: the segment is made again.
        guard let bytes = try? await threads.runIfActive({ try self.read(path, report) }) else {
            state.withLock { $0.index.remove(path) }
            return nil
        }
        return bytes
    }

    /// Keeps a segment, if there is room and the disk keeps up; else it is only in memory.
    func write(
        _ segment: ByteBuffer, _ key: SegmentKey, _ report: @escaping @Sendable (SegmentEvent) -> Void
    ) async {
        let isAccepted = state.withLock { state in
            guard state.writes < Self.maximumWrites else { return false }
            state.writes += 1
            return true
        }
        guard isAccepted else { return report(.notWritten) }
        defer { state.withLock { $0.writes -= 1 } }
        let path = Self.path(of: key)
        do {
            let evicted = try await threads.runIfActive { try self.write(segment, path) }
            if evicted > 0 { report(.evictedFiles(evicted)) }
        } catch {
            report(.notWritten)
        }
    }

    static func path(of key: SegmentKey) -> String {
        let source = key.source.rawValue
        return "\(source.prefix(2))/\(source)/\(key.rendition).\(key.behaviour).\(key.index)"
    }
}

// MARK: - On a thread that may block

extension SegmentFiles {
    private func read(_ path: String, _ report: (SegmentEvent) -> Void) throws(MediaError) -> ByteBuffer? {
        guard let file = try BlobFile(path: "\(directory)/\(path)") else { return nil }
        let stored = try file.read(file.size, at: 0)
        let isWhole =
            stored.count >= SHA256.byteCount
            && Self.checksum(path, stored[SHA256.byteCount...]).elementsEqual(stored.prefix(SHA256.byteCount))
        guard isWhole else {
            report(.damaged)
            try FileSystem.remove("\(directory)/\(path)")
            return nil
        }
        try note(path, size: file.size)
        return ByteBuffer(bytes: stored[SHA256.byteCount...])
    }

    /// - Returns: how many others were evicted.
    private func write(_ segment: ByteBuffer, _ path: String) throws(MediaError) -> Int {
        let bytes = Array(segment.readableBytesView)
        let size = bytes.count + SHA256.byteCount
        var evicted = 0
        let missing = try minimumFreeBytes + size - FileSystem.freeBytes(directory)
        if missing > 0 {
            evicted += try shrink(by: missing)
            guard try FileSystem.freeBytes(directory) >= minimumFreeBytes + size else {
                throw MediaError(code: .storageFull, message: "The disk of the cache is full: free some space.")
            }
        }
        let temporary = "\(directory)/tmp/\(UUID().uuidString.lowercased())"
        let descriptor = try FileSystem.open(temporary, O_WRONLY | O_CREAT | O_EXCL)
        defer { close(descriptor) }
        do {
            try FileSystem.write(Array(Self.checksum(path, bytes[...])), to: descriptor, path: temporary)
            try FileSystem.write(bytes, to: descriptor, path: temporary)
            try FileSystem.makeDirectory("\(directory)/\(path.prefix(upTo: path.lastIndex(of: "/") ?? path.endIndex))")
            try FileSystem.rename(temporary, "\(directory)/\(path)")
        } catch {
            unlink(temporary)
            throw error
        }
        return try evicted + note(path, size: size)
    }

    /// Counts a file among those that are kept.
    /// - Returns: how many others had to go.
    @discardableResult
    private func note(_ path: String, size: Int) throws(MediaError) -> Int {
        let evicted: [String] = state.withLock { state in
            guard state.index.value(path) == nil else { return [] }
            guard size <= state.index.capacity else { return [path] }
            return state.index.insert((), for: path, cost: size)
        }
        for path in evicted { try FileSystem.remove("\(directory)/\(path)") }
        return evicted.count
    }

    private static func checksum(_ path: String, _ bytes: ArraySlice<UInt8>) -> SHA256.Digest {
        var digest = SHA256()
        digest.update(data: Array(path.utf8))
        bytes.withUnsafeBytes { digest.update(bufferPointer: $0) }
        return digest.finalize()
    }
}
