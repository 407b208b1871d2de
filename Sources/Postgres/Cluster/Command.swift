import CLibPQ
import Foundation
import Glibc

/// Runs a program of PostgreSQL's and waits for it without blocking.
///
/// Foundation's `Process` takes a program for ended when all that inherited its descriptors have ended; `pg_ctl` leaves
/// a server behind.
struct Command {
    struct Outcome {
        /// The exit status, or 128 and the signal.
        let status: Int32
        /// The end of what it printed.
        let output: String
    }

    /// Who runs it.
    let owner: ClusterOwner

    /// Runs a program to its end, in a session of its own, with what it prints going to a file.
    func run(_ executable: String, _ arguments: [String]) async throws -> Outcome {
        let log = FileManager.default.temporaryDirectory.appending(path: "talas-\(UUID().uuidString).log").path
        defer { try? FileManager.default.removeItem(atPath: log) }
        let process = try spawn(owner.prefix + [executable] + arguments, log: log)
        let status = await Self.exitStatus(of: process)
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        return Outcome(status: status, output: String(text.suffix(2_000)))
    }

    private func spawn(_ line: [String], log: String) throws(ClusterError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        // The caller's directory may be one the owner cannot enter.
        posix_spawn_file_actions_addchdir_np(&actions, "/")

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) | talas_posix_spawn_setsid)

        let argumentList: [UnsafeMutablePointer<CChar>?] = line.map { strdup($0) } + [nil]
        let environment: [UnsafeMutablePointer<CChar>?] = [strdup("PATH=/usr/bin:/bin"), strdup("LC_ALL=C.UTF-8"), nil]
        defer { (argumentList + environment).forEach { free($0) } }
        var process: pid_t = 0
        let failure = posix_spawn(&process, line[0], &actions, &attributes, argumentList, environment)
        guard failure == 0 else {
            throw ClusterError("\(line[0]) cannot be run: \(String(cString: strerror(failure)))")
        }
        return process
    }

    /// Waits on a thread of its own.
    private static func exitStatus(of process: pid_t) async -> Int32 {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var status: Int32 = 0
                while waitpid(process, &status, 0) < 0, errno == EINTR {}
                let signal = status & 0x7f
                continuation.resume(returning: signal == 0 ? (status >> 8) & 0xff : 128 + signal)
            }
        }
    }
}
