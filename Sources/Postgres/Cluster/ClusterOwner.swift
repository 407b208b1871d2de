import Foundation
import Glibc

/// The user the server runs as: ourselves, or `postgres` when we are root, which PostgreSQL refuses to be.
struct ClusterOwner: Equatable {
    let userID: uid_t
    let groupID: gid_t
    /// What goes before a command so that it runs as this user.
    let prefix: [String]

    static func current() throws(ClusterError) -> ClusterOwner {
        guard geteuid() == 0 else { return ClusterOwner(userID: geteuid(), groupID: getegid(), prefix: []) }
        guard let user = getpwnam("postgres") else {
            throw ClusterError(
                """
                PostgreSQL does not run as root, and there is no user postgres to run it as: install it \
                (apt-get install postgresql), or start talas as an ordinary user.
                """)
        }
        return ClusterOwner(
            userID: user.pointee.pw_uid, groupID: user.pointee.pw_gid,
            prefix: ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"])
    }

    /// Makes a directory that only the owner may enter, unless it exists. Its parents let others pass through, as the
    /// owner may be another user than ours.
    func makeDirectory(_ path: String) throws(ClusterError) {
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
        do {
            try FileManager.default.createDirectory(
                atPath: parent, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o711])
        } catch {
            throw ClusterError("The directory \(parent) cannot be made: \(error.localizedDescription)")
        }
        guard mkdir(path, 0o700) == 0 else {
            if errno == EEXIST { return }
            throw ClusterError("The directory \(path) cannot be made: \(String(cString: strerror(errno)))")
        }
        try take(path)
    }

    /// Writes a file that only the owner may read.
    func write(_ text: String, to path: String) throws(ClusterError) {
        let isWritten = FileManager.default.createFile(
            atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        guard isWritten else { throw ClusterError("The file \(path) cannot be written.") }
        try take(path)
    }

    /// Hands a file that root made to the owner.
    private func take(_ path: String) throws(ClusterError) {
        guard !prefix.isEmpty, chown(path, userID, groupID) != 0 else { return }
        throw ClusterError("The file \(path) cannot be given to the user postgres: \(String(cString: strerror(errno)))")
    }
}
