import Foundation
import Testing

@testable import Platform

struct ProcessMetricsTests {
    @Test func saysWhatTheKernelSays() throws {
        let figures = Dictionary(ProcessMetrics.read().map { ($0.name, $0.value) }) { first, _ in first }
        #expect(Set(figures.keys) == Set(ProcessMetrics.descriptions.map(\.name)))
        #expect((1e6...1e12).contains(try #require(figures["process_resident_memory_bytes"])))
        #expect(try #require(figures["process_cpu_seconds_total"]) > 0)
        #expect(try #require(figures["process_threads"]) >= 1)
        let age = Date().timeIntervalSince1970 - (try #require(figures["process_start_time_seconds"]))
        #expect((-2..<86_400).contains(age))
        let open = try #require(figures["process_open_fds"])
        let most = try #require(figures["process_max_fds"])
        #expect(open >= 3 && open <= most)
    }
}
