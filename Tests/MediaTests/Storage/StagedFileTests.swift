import Foundation
import Testing

@testable import Media

@Suite struct StagedFileTests {
    private func stage(_ text: String, in temporary: TemporaryStore) throws -> StagedFile {
        let writer = try temporary.store.writer()
        try writer.append(Array(text.utf8))
        return try writer.stage()
    }

    @Test func isReadableAndGoesWithItsLastReference() throws {
        let temporary = try TemporaryStore()
        var staged: StagedFile? = try stage("abc", in: temporary)
        let file = try #require(try staged?.open())
        #expect(staged?.blob == BlobID(of: Array("abc".utf8)) && staged?.size == 3)
        #expect(try temporary.files().count == 1 && temporary.store.contains(BlobID(of: Array("abc".utf8))) == false)
        staged = nil
        #expect(try temporary.files().isEmpty)
        #expect(try file.read(10, at: 0) == Array("abc".utf8))
    }

    @Test func whatIsInstalledStaysAndCanBeInstalledAgain() throws {
        let temporary = try TemporaryStore()
        let blob = BlobID(of: Array("abc".utf8))
        do {
            let (first, second) = (try stage("abc", in: temporary), try stage("abc", in: temporary))
            try first.install()
            try first.install()
            // Somebody else of the same content gave up.
            try temporary.store.remove(blob)
            try second.install()
            #expect(try temporary.files().count == 3)
        }
        #expect(
            try temporary.files() == [
                "blobs/\(blob.rawValue.prefix(2))/\(blob.rawValue.dropFirst(2).prefix(2))/\(blob)"
            ])
        #expect(try temporary.store.open(blob)?.read(10, at: 0) == Array("abc".utf8))
    }
}
