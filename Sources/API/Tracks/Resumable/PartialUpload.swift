import Media
import NIOCore
import NIOPosix

/// The bytes of one request on their way to the end of an upload's file: as ``BlobUpload``, two blocks of memory.
struct PartialUpload {
    private static let blockBytes = 1 << 20
    /// How much, or how long, may be received before it is made durable: what the end of the server's process costs.
    private static let checkpointBytes = 16 << 20
    private static let checkpointInterval = Duration.seconds(1)

    private let file: PartialFile
    private let checksum: UploadChecksum?
    private let threads: NIOThreadPool
    private let eventLoop: any EventLoop
    private var gathered = ByteBuffer()
    private var beingWritten: EventLoopFuture<Void>?
    private var hasFailed = false
    private var sinceCheckpoint = 0
    private var lastCheckpoint = ContinuousClock.now
    /// Bytes taken so far.
    private(set) var size = 0

    init(_ file: PartialFile, checksum: UploadChecksum?, threads: NIOThreadPool, eventLoop: any EventLoop) {
        self.file = file
        self.checksum = checksum
        self.threads = threads
        self.eventLoop = eventLoop
    }

    /// Whether so much has come that ``synchronise`` is worth while. Bytes with a checksum count when all of them are there.
    var isDueForCheckpoint: Bool {
        guard checksum == nil, sinceCheckpoint > 0 else { return false }
        return sinceCheckpoint >= Self.checkpointBytes || lastCheckpoint.duration(to: .now) >= Self.checkpointInterval
    }

    /// Takes more bytes; waits while the disk is behind.
    mutating func append(_ bytes: ByteBuffer) async throws {
        var bytes = bytes
        size += bytes.readableBytes
        sinceCheckpoint += bytes.readableBytes
        gathered.writeBuffer(&bytes)
        if gathered.readableBytes >= Self.blockBytes { try await write() }
    }

    /// Makes all that was taken durable; gives the size of the file. After a failure: what was written before it.
    mutating func synchronise() async throws -> Int {
        if !hasFailed {
            try await write()
            try await awaitWrite()
        }
        sinceCheckpoint = 0
        lastCheckpoint = .now
        let file = file
        return try await threads.runIfActive { try file.synchronise() }
    }

    private mutating func write() async throws {
        try await awaitWrite()
        guard gathered.readableBytes > 0 else { return }
        let block = gathered
        gathered = ByteBuffer()
        let (file, checksum) = (file, checksum)
        beingWritten = threads.runIfActive(eventLoop: eventLoop) {
            try block.withUnsafeReadableBytes { bytes in
                try file.append(bytes)
                checksum?.update(bytes)
            }
        }
    }

    private mutating func awaitWrite() async throws {
        do { try await beingWritten?.get() } catch {
            hasFailed = true
            throw error
        }
        beingWritten = nil
    }
}
