import Foundation
import Glibc
import Testing

@testable import Postgres

@Suite struct ClusterLayoutTests {
    @Test func aLongPathHasItsSocketElsewhere() throws {
        let root = "/tmp/talas-layout-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: root) }
        let owner = ClusterOwner(userID: geteuid(), groupID: getegid(), prefix: [])
        #expect(try ClusterLayout(root: root).socketDirectory(owner) == root + "/socket")
        let deep = ClusterLayout(root: root + "/" + String(repeating: "d", count: 90))
        let directory = try deep.socketDirectory(owner)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        #expect(directory.hasPrefix("/tmp/talas-") && directory.utf8.count < 40)
        #expect(try deep.socketDirectory(owner) == directory)
        // Somebody else may have made it first, open to all.
        chmod(directory, 0o777)
        #expect(throws: ClusterError.self) { try deep.socketDirectory(owner) }
    }
}
