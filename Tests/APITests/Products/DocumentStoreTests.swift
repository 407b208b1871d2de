import Platform
import Foundation
import Media
import Postgres
import TestSupport
import Testing

@testable import API

@Suite struct DocumentStoreTests {
    @Test func whatNoRowRefersToIsCollected() async throws {
        try await Library.run { library in
            let folder = try TemporaryDirectory()
            let blobs = try BlobStore(directory: folder.path)
            let store = DocumentStore(database: library.database, blobs: blobs, threads: library.threads)
            let ann = try await library.member("ann")
            let product = try await library.database.row("INSERT INTO products (name) VALUES ('MK-1') RETURNING id") {
                row throws(PostgresError) -> Product.ID in try row.decode("id")
            }
            func stage(_ byte: UInt8) throws -> StagedFile {
                let writer = try blobs.writer()
                try [byte].withUnsafeBytes { bytes in try writer.append(bytes) }
                return try writer.stage()
            }
            func age(_ blob: BlobID) throws {
                try FileManager.default.setAttributes(
                    [.modificationDate: Date(timeIntervalSinceNow: -2 * 86_400)], ofItemAtPath: blobs.path(of: blob))
            }
            var documents: [ProductDocument] = []
            for byte in 0..<5 {
                let draft = DocumentStore.Draft(
                    productID: try #require(product), uploaderID: ann.userID, title: "t", filename: "t.txt",
                    mediaType: "text/plain", content: try stage(UInt8(byte % 4)))
                documents.append(
                    try await library.database.transaction { transaction in
                        try await store.insert(draft, in: transaction)
                    })
                try age(draft.content.blob)
            }
            let orphan = try stage(9)
            try orphan.install()
            try age(orphan.blob)
            #expect(try await store.collectGarbage(dryRun: true) == [orphan.blob])
            #expect(try await store.collectGarbage() == [orphan.blob])
            #expect(try !blobs.contains(orphan.blob))
            // Content of two documents stays for as long as one of them does.
            for (index, isLeft) in [(0, true), (4, false)] {
                let (id, product) = (documents[index].id, Product.ID(documents[index].productID))
                let deleted = try await library.database.transaction { transaction in
                    try await store.delete(id, of: product, in: transaction)
                }
                #expect(deleted != nil)
                #expect(try blobs.contains(documents[0].content.blob) == isLeft)
            }
            // A product takes its documents along, and the collector their content: more than a fifth only when told so.
            try await library.database.execute("DELETE FROM products")
            await #expect(throws: GarbageCollector.Refusal.self) { try await store.collectGarbage() }
            #expect(try await store.collectGarbage(force: true).count == 3)
        }
    }
}
