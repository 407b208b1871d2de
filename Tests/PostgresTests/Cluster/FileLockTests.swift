import Foundation
import Testing

@testable import Postgres

@Suite struct FileLockTests {
    @Test func isHeldByOneOrSharedByMany() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "talas-lock-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let first = try FileLock(path)
        var second: FileLock? = try FileLock(path)
        #expect(first.tryShared())
        #expect(second?.tryShared() == true)
        #expect(!first.tryExclusive())
        // Lost with its holder.
        second = nil
        #expect(first.tryExclusive())
        #expect(try !FileLock(path).tryShared())
        first.unlock()
        #expect(try FileLock(path).tryExclusive())
    }
}
