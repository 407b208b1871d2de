import HTTPTypes
import Media
import NIOCore
import Platform

/// A file of the store, as it was uploaded.
struct StoredContent: MediaContent {
    /// How much is read and handed to the connection at a time: what a listener costs in memory.
    private static let chunkBytes = 128 << 10

    let reader: FileReader
    let file: BlobFile

    /// 500 when the store has not what the track's row says.
    init(_ track: Track, reader: FileReader) async throws {
        guard let file = try await reader.open(track.source.blob), file.size == track.source.size else {
            throw Problem(
                .internalServerError, code: "content_missing",
                "The stored file is missing or damaged; the operator can see more in the log.")
        }
        self.reader = reader
        self.file = file
    }

    func firstBytes(of range: Range<Int64>, hasBegun: Bool) async throws -> ByteBuffer {
        let isSmall = range.count <= MediaResponse.singlePieceBytes
        return try await reader.read(
            file, offset: Int(range.lowerBound), count: isSmall ? range.count : Self.chunkBytes,
            allocator: ByteBufferAllocator())
    }
}
