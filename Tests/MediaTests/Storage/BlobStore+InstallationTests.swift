import Foundation
import Synchronization
import Testing

@testable import Media

@Suite struct BlobStoreInstallationTests {
    @Test func staysTheSame() throws {
        let temporary = try TemporaryStore()
        let id = try temporary.store.installationID()
        #expect(try temporary.store.installationID() == id)
        #expect(try BlobStore(directory: temporary.directory).installationID() == id)
        #expect(try temporary.files() == ["installation-id"])
    }

    @Test func manyAtOnceAgree() throws {
        let temporary = try TemporaryStore()
        let ids = Mutex<Set<UUID>>([])
        DispatchQueue.concurrentPerform(iterations: 20) { _ in
            #expect(throws: Never.self) {
                let id = try BlobStore(directory: temporary.directory).installationID()
                ids.withLock { _ = $0.insert(id) }
            }
        }
        #expect(ids.withLock(\.count) == 1)
        #expect(try temporary.files() == ["installation-id"])
    }

    @Test func theSecondToCreateItKeepsTheFirst() throws {
        let temporary = try TemporaryStore()
        let id = try temporary.store.installationID()
        try temporary.store.createInstallationID(at: "\(temporary.directory)/installation-id")
        #expect(try temporary.store.installationID() == id)
        #expect(try temporary.files() == ["installation-id"])
    }

    @Test func aDamagedOneIsNotReplaced() throws {
        let temporary = try TemporaryStore()
        try Data("not an id".utf8).write(to: URL(fileURLWithPath: "\(temporary.directory)/installation-id"))
        #expect { try temporary.store.installationID() } throws: { ($0 as? MediaError)?.code == .unreadable }
    }
}
