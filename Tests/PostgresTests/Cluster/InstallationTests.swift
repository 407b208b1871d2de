import Foundation
import Testing

@testable import Postgres

@Suite struct InstallationTests {
    /// Programs of the versions, in a directory as Debian lays it out.
    private func withInstalled(_ versions: [Int], _ body: (String) async throws -> Void) async throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "talas-versions-\(UUID().uuidString)").path
        for version in versions {
            let directory = "\(root)/\(version)/bin"
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            for program in ["initdb", "pg_ctl", "postgres"] {
                _ = FileManager.default.createFile(
                    atPath: "\(directory)/\(program)", contents: nil, attributes: [.posixPermissions: 0o755])
            }
        }
        try await body(root)
        try FileManager.default.removeItem(atPath: root)
    }

    @Test func aNewClusterGetsTheNewestAndAnOldOneItsOwn() async throws {
        try await withInstalled([9, 15, 17]) { root async throws in
            let newest = try await Installation.find(major: nil, below: root)
            #expect(newest.major == 17)
            let same = try await Installation.find(major: 15, below: root)
            #expect(same.directory == "\(root)/15/bin")
            let error = await #expect(throws: ClusterError.self) {
                try await Installation.find(major: 16, below: root)
            }
            #expect(error?.description.contains("postgresql-16") == true)
        }
    }

    @Test func tooOldIsNone() async throws {
        try await withInstalled([9, 14]) { root async throws in
            let error = await #expect(throws: ClusterError.self) {
                try await Installation.find(major: nil, below: root)
            }
            #expect(error?.description.contains("apt-get install postgresql") == true)
        }
    }
}
