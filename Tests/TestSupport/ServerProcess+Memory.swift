import Foundation

extension ServerProcess {
    /// Memory that it has now, and the most that it ever had, in MiB (proc(5): VmRSS, VmHWM); workers are processes of
    /// their own.
    package var residentMebibytes: (now: Int, peak: Int) {
        let text = (try? String(contentsOfFile: "/proc/\(processIdentifier)/status", encoding: .utf8)) ?? ""
        func mebibytes(_ name: String) -> Int {
            let line = text.split(separator: "\n").first { $0.hasPrefix(name + ":") }
            return (line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0) / 1_024
        }
        return (mebibytes("VmRSS"), mebibytes("VmHWM"))
    }

    /// Files, sockets and pipes that it has open.
    package var openDescriptors: Int {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(processIdentifier)/fd")) ?? []).count
    }
}
