import Media
import Platform
import Postgres
import Testing

@testable import API

struct AvatarStoreTests {
    @Test func contentOfAPictureStaysWhileAnAccountHasIt() async throws {
        try await Library.run { library in
            let avatars = AvatarStore(database: library.database, references: library.references)
            let (ann, bob) = (try await library.member("ann").userID, try await library.member("bob").userID)
            let bytes = Array("a picture".utf8)
            for member in [ann, bob] { #expect(try await avatars.set(bytes, of: member)) }
            #expect(try await !avatars.set(bytes, of: bob), "it is the same")
            let blob = try #require(try await avatars.visible(of: ann))
            try library.age(blob, days: 2)
            let report = try await GarbageCollector(references: library.references).run()
            #expect(report.orphanedBlobs.isEmpty)
            // Of two who have the same, the first to drop it leaves it to the other.
            try await avatars.set(nil, of: ann)
            #expect(try library.blobs.contains(blob))
            try await avatars.set(nil, of: bob)
            #expect(try !library.blobs.contains(blob))
            #expect(try await avatars.visible(of: bob) == nil)
        }
    }
}
