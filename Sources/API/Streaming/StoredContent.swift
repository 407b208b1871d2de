import HTTPTypes
import Media
import NIOCore
import Platform

/// A file of the store, as it was uploaded.
struct StoredContent: MediaContent {
    /// How much is read and handed to the connection at a time: what a listener costs in memory.
    private static let chunkBytes = 128 << 10

    let blob: BlobID
    let reader: FileReader
    let file: BlobFile
    let chunks: StoredChunks

    /// 500 when the store has not what the track's row says.
    init(_ track: Track, reader: FileReader, chunks: StoredChunks) async throws {
        try await self.init(track.source.blob, size: track.source.size, reader: reader, chunks: chunks)
    }

    /// 500 when the store has not what a row says.
    init(_ blob: BlobID, size: Int, reader: FileReader, chunks: StoredChunks) async throws {
        guard let file = try await reader.open(blob), file.size == size else {
            throw Problem(
                .internalServerError, code: "content_missing",
                "The stored file is missing or damaged; the operator can see more in the log.")
        }
        self.blob = blob
        self.reader = reader
        self.file = file
        self.chunks = chunks
    }

    func firstBytes(of range: Range<Int64>, hasBegun: Bool) async throws -> ByteBuffer {
        if chunks.isEnabled { return try await sharedBytes(of: range) }
        let isSmall = range.count <= MediaResponse.singlePieceBytes
        return try await reader.read(
            file, offset: Int(range.lowerBound), count: isSmall ? range.count : Self.chunkBytes,
            allocator: ByteBufferAllocator())
    }

    /// Out of memory, where what is read is kept for all.
    private func sharedBytes(of range: Range<Int64>) async throws -> ByteBuffer {
        let place = StoredChunks.chunk(at: range.lowerBound, size: Int64(file.size))
        let wanted = range.clamped(to: place)
        if let held = chunks.bytes(wanted, of: blob)?.first { return held }
        let chunk = try await reader.read(
            file, offset: Int(place.lowerBound), count: place.count, allocator: ByteBufferAllocator())
        guard let slice = chunk.getSlice(at: Int(wanted.lowerBound - place.lowerBound), length: wanted.count) else {
            throw MediaError(code: .io, message: "A stored file is shorter than it was.")
        }
        chunks.keep(chunk, at: place.lowerBound, of: blob)
        return slice
    }
}
