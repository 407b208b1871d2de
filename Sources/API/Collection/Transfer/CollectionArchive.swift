import Foundation
import Media
import NIOCore
import NIOPosix
import Platform
import Postgres

/// Writes one's whole collection as a ZIP archive: `collection.json`, `collection.csv`, every file, and `SHA256SUMS` for
/// `sha256sum -c`. What the database says is read in one snapshot and laid on the disk; then the archive is sent as fast
/// as it is read, and what is held of it is a piece at a time and a line for each file.
struct CollectionArchive: Sendable {
    private static let pageItems = 200
    private static let pieceBytes = 256 << 10

    let database: Database
    let references: BlobReferences
    let reader: FileReader

    /// A file that goes into the archive.
    struct Part: Sendable {
        let path: String
        let blob: BlobID
        let size: Int
        let modified: Date
        /// Where it was written for the archive only; nil for what is stored.
        var laidOut: StagedFile?
    }

    /// What is to be sent: first the two that were laid on the disk for it, then the collection's own files.
    struct Content: Sendable {
        let laidOut: [Part]
        let files: [Part]
    }

    /// Lays out what the database says at this moment, in files that go with it.
    func prepare(for owner: Int) async throws -> Content {
        let (threads, blobs) = (references.threads, references.store)
        let now = Date()
        return try await database.transaction(isolation: .repeatableRead) { transaction in
            let manifest = try await threads.runIfActive { try blobs.writer() }
            let table = try await threads.runIfActive { try blobs.writer() }
            var files: [Part] = []
            var last = 0
            try await append(Self.manifestHead(now), to: manifest)
            try await append(Array(CollectionTable.head.utf8), to: table)
            while true {
                let items = try await UserProductStore.following(
                    last, ownedBy: owner, limit: Self.pageItems, in: transaction)
                guard let end = items.last else { break }
                let owned = try await FileStore.files(of: items.map(\.id), in: transaction)
                let byItem = Dictionary(grouping: owned, by: \.userProductID)
                let entries = try items.map { item in
                    try JSONCoding.encoder().encode(
                        CollectionManifest.Item(item, files: byItem[item.id, default: []]))
                }
                let separator = Data((last == 0 ? "" : ",\n").utf8)
                try await append(Array(separator + Data(entries.joined(separator: Data(",\n".utf8)))), to: manifest)
                try await append(Array(items.map(CollectionTable.line).joined().utf8), to: table)
                files += owned.map {
                    Part(
                        path: $0.archivePath, blob: $0.content.blob, size: $0.content.size,
                        modified: $0.content.uploadedAt)
                }
                last = end.id
            }
            try await append(Array("]}\n".utf8), to: manifest)
            let parts = [("collection.json", manifest), ("collection.csv", table)]
            let laidOut = try await threads.runIfActive {
                try parts.map { path, writer in
                    let file = try writer.stage()
                    return Part(path: path, blob: file.blob, size: file.size, modified: now, laidOut: file)
                }
            }
            return Content(laidOut: laidOut, files: files)
        }
    }

    /// Sends the archive.
    func write(_ content: Content, send: (ByteBuffer) async throws -> Void) async throws {
        var archive = ZipWriter()
        var sums = ""
        for part in content.laidOut + content.files {
            guard let file = try await open(part), file.size == part.size else {
                throw MediaError(code: .io, message: "A stored file of a collection is missing.")
            }
            try await send(archive.begin(part.path, size: part.size, modified: part.modified))
            var offset = 0
            while offset < part.size {
                let piece = try await reader.read(
                    file, offset: offset, count: min(Self.pieceBytes, part.size - offset),
                    allocator: ByteBufferAllocator())
                offset += piece.readableBytes
                archive.add(piece)
                try await send(piece)
            }
            try await send(archive.end())
            sums += "\(part.blob)  \(part.path)\n"
        }
        let bytes = ByteBuffer(string: sums)
        try await send(archive.begin("SHA256SUMS", size: bytes.readableBytes, modified: Date()))
        archive.add(bytes)
        try await send(bytes)
        try await send(archive.end())
        try await send(archive.finish())
    }

    private func open(_ part: Part) async throws -> BlobFile? {
        guard let laidOut = part.laidOut else { return try await reader.open(part.blob) }
        return try await references.threads.runIfActive { try laidOut.open() }
    }

    private func append(_ bytes: [UInt8], to writer: BlobWriter) async throws {
        try await references.threads.runIfActive {
            try bytes.withUnsafeBytes { buffer in try writer.append(buffer) }
        }
    }

    private static func manifestHead(_ now: Date) -> [UInt8] {
        let (format, version) = (CollectionManifest.format, CollectionManifest.version)
        return Array(
            """
            {"exported_at":"\(now.formatted(.iso8601))","format":"\(format)","version":\(version),"items":[

            """.utf8)
    }
}
