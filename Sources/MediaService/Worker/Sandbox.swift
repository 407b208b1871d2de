internal import CWorker
internal import Foundation

/// What keeps a worker from everything but the files it is handed.
enum Sandbox {
    /// Processor time of a worker's whole life; one that is idle for long is replaced long before.
    static let lifetimeSeconds: UInt64 = 4 * 3_600
    /// Bytes of a file that it can make: only in memory, for the signal of the behaviour digest.
    private static let fileBytes: UInt64 = 1 << 20
    private static let openFiles: UInt64 = 256
    /// `nobody` and `nogroup`, wherever the machine has them.
    private static let nobody: UInt32 = 65_534

    /// The first half: limits, user, and the kernel's promise to end the process with its parent, which lasts as long as the
    /// thread that asked for it. Call it on the first thread, while there is no other.
    ///
    /// - Parameters:
    ///   - parent: who started the process; when that one has ended already, so does this one.
    ///   - memoryBytes: address space beyond that of the program itself.
    static func enter(parent: Int32, memoryBytes: UInt64) {
        _ = talas_forbid_core_dumps()
        _ = talas_limit_open_files(openFiles)
        _ = talas_limit_file_size(fileBytes)
        _ = talas_limit_processor_time(lifetimeSeconds, lifetimeSeconds)
        if let present = presentAddressSpaceBytes { _ = talas_limit_address_space(present + memoryBytes) }
        if geteuid() == 0, talas_become(nobody, nobody) != 0 { exit(1) }
        // A change of user takes this back: after it.
        _ = talas_die_with_parent()
        if getppid() != parent { exit(0) }
        _ = talas_renounce_privileges()
    }

    /// The second half: no files and no calls that have no business here; what this kernel lacks is left out and seen in
    /// ``report()``. The rule for files holds for the calling thread and those it starts, so call it before any work; but
    /// not before Swift's thread pool is there, whose watcher reads in `/proc` whether threads run, or ends the process.
    static func close() {
        _ = talas_restrict_files("/proc/self/task")
        _ = talas_restrict_calls()
    }

    /// What is on, found out by trying what is forbidden.
    static func report() -> SandboxReport {
        let protections: [(String, Bool)] = [
            ("no network", talas_try_network() != 0),
            ("no files (landlock)", talas_try_open("/") != 0 && talas_try_open("/etc/passwd") != 0),
            ("no programs (seccomp)", talas_try_execute() != 0),
            ("no tracing (seccomp)", talas_try_trace() != 0),
            ("no privileges", geteuid() != 0 && talas_has_renounced_privileges() != 0),
            ("memory limit", talas_address_space_limit() != UInt64.max),
        ]
        return SandboxReport(
            active: protections.filter { $0.1 }.map { $0.0 }, missing: protections.filter { !$0.1 }.map { $0.0 })
    }

    /// From `/proc/self/statm`, whose first number counts pages (proc(5)).
    private static var presentAddressSpaceBytes: UInt64? {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .ascii),
            let pages = text.split(separator: " ").first.flatMap({ UInt64($0) })
        else { return nil }
        return pages * UInt64(sysconf(Int32(_SC_PAGESIZE)))
    }
}

/// What a worker cannot do, and what it could because this machine does not keep it from it.
package struct SandboxReport: Hashable, Sendable {
    package let active: [String]
    package let missing: [String]
}
