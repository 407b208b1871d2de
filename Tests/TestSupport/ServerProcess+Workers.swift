import Foundation

extension ServerProcess {
    /// Processes that it started as media workers and that live.
    package var workers: [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.filter { process in
            Self.parent(of: process) == processIdentifier && Self.line(of: process).contains("media-worker")
        }
    }

    /// Waits until processes that are not ours have ended; fails when they take longer than anything here may.
    package static func waitForEnd(of processes: [Int32], within patience: Duration = .seconds(60)) async throws {
        let deadline = ContinuousClock.now + patience
        for process in processes {
            while parent(of: process) != nil {
                guard ContinuousClock.now < deadline else {
                    throw TestFailure("process \(process) (\(line(of: process))) is still there after \(patience)")
                }
                try await Task.sleep(for: .milliseconds(10))
            }
        }
    }

    /// The parent of a process; nil of one that has ended, whether or not somebody has taken note (proc(5)).
    static func parent(of process: Int32) -> Int32? {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let name = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[text.index(after: name)...].split(separator: " ")
        guard fields.count > 1, fields[0] != "Z", fields[0] != "X" else { return nil }
        return Int32(fields[1])
    }

    private static func line(of process: Int32) -> String {
        (try? String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8)) ?? ""
    }
}
