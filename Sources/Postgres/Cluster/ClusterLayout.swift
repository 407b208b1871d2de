import Foundation
import Glibc

/// Where things are below the cluster's directory.
struct ClusterLayout: Equatable {
    /// A socket's path may have 107 bytes; `/.s.PGSQL.5432.lock` comes behind the directory.
    private static let longestSocketDirectory = 107 - "/.s.PGSQL.5432.lock".utf8.count

    let root: String

    /// PostgreSQL's own data directory.
    var data: String { "\(root)/cluster" }
    /// The same while `initdb` fills it.
    var unfinishedData: String { "\(root)/cluster.new" }
    /// The password, in the format of libpq's password file.
    var passwordFile: String { "\(root)/password" }
    /// The password as `initdb` wants it; removed afterwards.
    var initialPasswordFile: String { "\(root)/password.new" }
    /// Held while somebody starts or stops the server.
    var lock: String { "\(root)/lock" }
    /// Held, together, by all that use the server.
    var useLock: String { "\(root)/in-use" }
    /// What the server printed before its own log began.
    var startLog: String { "\(root)/start.log" }
    /// The server's own log.
    var logDirectory: String { "\(data)/log" }
    /// The server's note of itself: process, data directory, start time, port, socket directory…
    var serverNote: String { "\(data)/postmaster.pid" }
    /// Our settings, read by the server after its own.
    var configuration: String { "\(data)/talas.conf" }

    /// The directory of the server's socket: below the root when that is short enough, else below /tmp under a name
    /// made of the root's, which must then be ours.
    func socketDirectory(_ owner: ClusterOwner) throws(ClusterError) -> String {
        let near = "\(root)/socket"
        let path = near.utf8.count <= Self.longestSocketDirectory ? near : "/tmp/talas-\(fingerprint)"
        try owner.makeDirectory(path)
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == owner.userID,
            status.st_mode & 0o077 == 0
        else { throw ClusterError("The directory \(path) belongs to somebody else: remove it.") }
        return path
    }

    /// FNV-1a of the root, 64 bits in hexadecimal.
    private var fingerprint: String {
        let hash = root.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }

    /// The version that made the cluster; nil when there is none yet.
    var major: Int? {
        let text = try? String(contentsOfFile: "\(data)/PG_VERSION", encoding: .utf8)
        return text.flatMap { Int($0.prefix { $0.isNumber }) }
    }

    /// The server that is running, if one is: the process of the note, if it works in this data directory. After a
    /// crash the same number may belong to somebody else.
    var serverProcess: pid_t? {
        guard let number = serverNoteProcess else { return nil }
        let directory = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(number)/cwd")
        return directory == URL(fileURLWithPath: data).resolvingSymlinksInPath().path ? number : nil
    }

    /// The process that the server's note names, alive or not.
    var serverNoteProcess: pid_t? {
        let note = try? String(contentsOfFile: serverNote, encoding: .utf8)
        return note?.split(separator: "\n").first.flatMap { pid_t($0) }
    }

    /// Removes what a killed server left to say that it runs. The server would look only whether the process exists:
    /// after a crash of the machine that may be another, and under an init that does not reap, a dead one. That its
    /// children have gone is seen by their shared memory all the same.
    func removeNotes(_ socketDirectory: String) {
        try? FileManager.default.removeItem(atPath: serverNote)
        try? FileManager.default.removeItem(atPath: "\(socketDirectory)/.s.PGSQL.5432.lock")
    }

    /// The socket directory of the server that is running.
    var runningSocketDirectory: String? {
        let lines = (try? String(contentsOfFile: serverNote, encoding: .utf8))?
            .split(separator: "\n", omittingEmptySubsequences: false)
        return lines.flatMap { $0.count > 4 ? String($0[4]) : nil }
    }

    /// The end of what the server said last, before its own log began or in it.
    var lastLogLines: String {
        let days = (try? FileManager.default.contentsOfDirectory(atPath: logDirectory)) ?? []
        let newest = (days.map { "\(logDirectory)/\($0)" } + [startLog]).max { changed($0) < changed($1) }
        let text = newest.flatMap { try? String(contentsOfFile: $0, encoding: .utf8) } ?? ""
        return String(text.suffix(1_000))
    }

    private func changed(_ path: String) -> Date {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return attributes?[.modificationDate] as? Date ?? .distantPast
    }
}
