import Media
import NIOCore
import NIOPosix

/// A file's bytes on their way from the network to the store. Small pieces are gathered, and one gathered block is written
/// and hashed on a thread while the next one arrives: the memory is two blocks, whatever the file's size.
struct BlobUpload {
    /// Bytes written at a time.
    static let blockBytes = 1 << 20

    private let writer: BlobWriter
    private let threads: NIOThreadPool
    private let eventLoop: any EventLoop
    private var gathered = ByteBuffer()
    private var beingWritten: EventLoopFuture<Void>?
    /// Bytes taken so far.
    private(set) var size = 0

    init(store: BlobStore, threads: NIOThreadPool, eventLoop: any EventLoop) async throws {
        writer = try await threads.runIfActive { try store.writer() }
        self.threads = threads
        self.eventLoop = eventLoop
        gathered.reserveCapacity(Self.blockBytes)
    }

    /// Takes more bytes; waits while the disk is behind.
    mutating func append(_ bytes: ByteBuffer) async throws {
        var bytes = bytes
        size += bytes.readableBytes
        gathered.writeBuffer(&bytes)
        if gathered.readableBytes >= Self.blockBytes { try await write() }
    }

    /// Writes the rest and gives the content its name, durably.
    mutating func finish() async throws -> (blob: BlobID, size: Int) {
        try await write()
        try await beingWritten?.get()
        let writer = writer
        return try await threads.runIfActive { try writer.finish() }
    }

    /// Writes the rest and leaves the content without a name, to be looked at first.
    mutating func stage() async throws -> StagedFile {
        try await write()
        try await beingWritten?.get()
        let writer = writer
        return try await threads.runIfActive { try writer.stage() }
    }

    /// Leaves nothing on disk; harmless when finished.
    func discard() async {
        let writer = writer
        // A pool that is shut down cannot be asked; then the writer's end removes the file.
        try? await threads.runIfActive { writer.discard() }
    }

    private mutating func write() async throws {
        try await beingWritten?.get()
        let block = gathered
        gathered = ByteBuffer()
        gathered.reserveCapacity(Self.blockBytes)
        let writer = writer
        beingWritten = threads.runIfActive(eventLoop: eventLoop) {
            try block.withUnsafeReadableBytes { bytes in try writer.append(bytes) }
        }
    }
}
