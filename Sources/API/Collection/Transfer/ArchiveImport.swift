import Foundation
import HTTPTypes
import Media
import NIOPosix
import Platform
import Postgres

/// Reads an archive of a collection back: products by name, and their files after the same checks as any upload.
struct ArchiveImport: Sendable {
    let imports: CollectionImport
    let files: FileService
    private var references: BlobReferences { files.references }

    /// A file that was taken out of an archive.
    private struct Extracted: Sendable {
        let item: Int
        let content: StagedFile
        let file: CollectionManifest.File
        let format: FileFormat
    }

    /// What becomes of the archive; with faults nothing is added.
    func run(_ archive: BlobFile, isDryRun: Bool, by caller: Caller) async throws -> ImportReport {
        let manifest = try await manifest(of: archive)
        let items = manifest.items.enumerated().map { $1.imported(place: $0 + 1) }
        let (planned, faults) = try await imports.plan(items, for: caller.userID)
        let files = manifest.items.reduce(0) { $0 + $1.files.count }
        let report = try CollectionImport.report(
            faults, lines: items.count, isDryRun, added: planned.count, files: files)
        guard !isDryRun else { return report }
        var extracted: [Extracted] = []
        do {
            for (index, item) in manifest.items.enumerated() {
                for file in item.files { extracted.append(try await extract(file, of: index, from: archive)) }
            }
            let byItem = Dictionary(grouping: extracted, by: \.item)
            try await imports.add(planned) { index, id, transaction in
                for file in byItem[index, default: []] { try await keep(file, for: id, of: caller, in: transaction) }
            }
        } catch {
            // What had its place before the transaction failed. The task may be cancelled, the clean-up is not.
            let (blobs, references) = (extracted.map(\.content.blob), self.references)
            await Task { for blob in blobs { try? await references.discard(blob) } }.value
            throw error
        }
        return report
    }

    private func manifest(of archive: BlobFile) async throws -> CollectionManifest {
        let bytes = try await reading(archive) { reader -> Data? in
            guard let entry = reader.entries["collection.json"], entry.size <= CollectionManifest.maximumBytes else {
                return nil
            }
            var bytes = Data()
            try reader.extract(entry) { bytes.append(contentsOf: $0) }
            return bytes
        }
        guard let bytes, let manifest = try? JSONCoding.decoder().decode(CollectionManifest.self, from: bytes),
            manifest.format == CollectionManifest.format, manifest.version == CollectionManifest.version
        else { throw Self.refusal("It has no collection.json that can be read: send what the export gave.") }
        return manifest
    }

    /// Takes one file out of the archive, and looks at it as at any upload.
    private func extract(
        _ file: CollectionManifest.File, of item: Int, from archive: BlobFile
    ) async throws -> Extracted {
        let limit = file.type.maximumBytes(files.policy.maximumFileBytes)
        let content = try await reading(archive) { [store = references.store] reader -> StagedFile? in
            guard let entry = reader.entries[file.path], entry.size == file.size, 1...limit ~= file.size else {
                return nil
            }
            let writer = try store.writer()
            try reader.extract(entry) { bytes in try writer.append(bytes) }
            return try writer.stage()
        }
        guard let content else {
            throw Self.refusal("\(file.path) is missing, empty, or larger than \(limit) bytes.")
        }
        guard content.blob.rawValue == file.sha256 else { throw Self.refusal("\(file.path) is damaged.") }
        let format = try await files.inspection.format(
            of: content, declared: file.mimeType, name: file.filename, allowed: file.type.formats)
        return Extracted(item: item, content: content, file: file, format: format)
    }

    private func keep(
        _ extracted: Extracted, for item: UserProduct.ID, of caller: Caller, in transaction: Transaction
    ) async throws {
        let file = extracted.file
        guard let name = MultipartPart.displayedFileName(file.filename) else {
            throw Self.refusal("\(file.path) has no name.")
        }
        let draft = FileStore.Draft(
            userProductID: item, filename: name, kind: file.type, mediaType: extracted.format.mediaType,
            content: extracted.content, uploadedAt: file.uploadedAt)
        try await files.admit(draft, of: caller, in: transaction)
        _ = try await FileStore.insert(draft, in: transaction)
    }

    /// Reads from the archive on a thread that may block.
    private func reading<T: Sendable>(
        _ archive: BlobFile, _ body: @escaping @Sendable (ZipReader) throws -> T
    ) async throws -> T {
        do {
            return try await references.threads.runIfActive {
                try body(ZipReader(size: archive.size) { count, offset in try archive.read(count, at: offset) })
            }
        } catch let error as ZipError {
            throw Self.refusal(error.description)
        }
    }

    private static func refusal(_ sentence: String) -> Problem {
        Problem(.badRequest, code: "invalid_archive", "The archive cannot be imported. \(sentence)")
    }
}
