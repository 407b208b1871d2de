import Metrics
import Platform
import Synchronization

/// What `/metrics` tells of messages.
final class SendingMetrics: Sendable {
    static let descriptions = [
        MetricDescription(name: "chat_messages_total", help: "Messages that were stored."),
        MetricDescription(name: "chat_queue_messages", help: "Messages that were taken and are not on the disk yet."),
    ]

    private let waiting = Atomic<Int>(0)
    private let queue = Gauge(label: "chat_queue_messages")
    private let stored = Counter(label: "chat_messages_total")

    /// Counts a message for as long as it is being stored.
    func measure<Value: Sendable>(_ send: () async throws -> Value) async throws -> Value {
        queue.record(waiting.wrappingAdd(1, ordering: .relaxed).newValue)
        defer { queue.record(waiting.wrappingSubtract(1, ordering: .relaxed).newValue) }
        let value = try await send()
        stored.increment()
        return value
    }
}
