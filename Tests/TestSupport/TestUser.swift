import Foundation

/// The user that `talas` becomes where tests run as root: the one who can reach the tests' database.
package enum TestUser {
    static let name = "postgres"

    /// Gives it a file that a test made and that only its owner may read.
    package static func take(_ path: String) throws {
        guard geteuid() == 0 else { return }
        try FileManager.default.setAttributes([.ownerAccountName: name], ofItemAtPath: path)
    }
}
