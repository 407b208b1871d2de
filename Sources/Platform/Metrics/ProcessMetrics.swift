import Foundation

/// What the kernel says of this process, by the names that Prometheus clients share.
enum ProcessMetrics {
    static let descriptions = [
        MetricDescription(name: "process_cpu_seconds_total", help: "User and system CPU time spent, in seconds."),
        MetricDescription(name: "process_max_fds", help: "Most file descriptors that may be open."),
        MetricDescription(name: "process_open_fds", help: "File descriptors that are open."),
        MetricDescription(name: "process_resident_memory_bytes", help: "Memory in RAM, in bytes."),
        MetricDescription(
            name: "process_start_time_seconds", help: "When the process started, in seconds since 1970."),
        MetricDescription(name: "process_threads", help: "Threads."),
    ]

    /// Those that can be known here; nothing here waits for a disk.
    static func read() -> [(name: String, value: Double)] {
        let figures: [(String, Double?)] = [
            ("process_cpu_seconds_total", cpuSeconds), ("process_max_fds", maximumDescriptors),
            ("process_open_fds", openDescriptors), ("process_resident_memory_bytes", residentBytes),
            ("process_start_time_seconds", startSeconds), ("process_threads", threads),
        ]
        return figures.compactMap { name, value in value.map { (name, $0) } }
    }

    private static var cpuSeconds: Double? {
        var usage = rusage()
        guard getrusage(RUSAGE_SELF.rawValue, &usage) == 0 else { return nil }
        return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
    }

    private static var maximumDescriptors: Double? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        return Double(limit.rlim_cur)
    }

    private static var openDescriptors: Double? {
        // The listing itself has one open.
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")).map { Double($0.count - 1) }
    }

    private static var residentBytes: Double? {
        let fields = text(of: "/proc/self/statm")?.split(separator: " ") ?? []
        return fields.count > 1 ? Double(fields[1]).map { $0 * Double(sysconf(Int32(_SC_PAGESIZE))) } : nil
    }

    /// proc(5): the 20th field.
    private static var threads: Double? { statistic(20) }

    /// proc(5): the 22nd field, in ticks since the machine started.
    private static let startSeconds: Double? = {
        let bootLine = text(of: "/proc/stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }
        guard let boot = bootLine.flatMap({ Double($0.dropFirst(6)) }), let ticks = statistic(22) else { return nil }
        return boot + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }()

    /// A field of `/proc/self/stat`, counted from 1. The second is the command's name in parentheses, and may hold
    /// spaces.
    private static func statistic(_ number: Int) -> Double? {
        guard let text = text(of: "/proc/self/stat"), let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[end...].split(separator: " ")
        return fields.indices.contains(number - 2) ? Double(fields[number - 2]) : nil
    }

    private static func text(of path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }
}
