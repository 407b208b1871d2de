import Foundation
import NIOCore

/// The processors that this process may use.
package enum Processors {
    /// How many: the fewest of what the machine has online, a quota of its control group, and the process's affinity.
    package static let available = max(1, min(NIOCore.System.coreCount, affinity ?? .max))

    private static var affinity: Int? {
        (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)).flatMap(allowed(inStatus:))
    }

    /// What a process's status says: a mask in hexadecimal digits, in groups with commas between (proc_pid_status(5)).
    static func allowed(inStatus status: String) -> Int? {
        let key = "Cpus_allowed:"
        guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix(key) }) else { return nil }
        return line.dropFirst(key.count).compactMap(\.hexDigitValue).reduce(0) { $0 + $1.nonzeroBitCount }
    }
}
