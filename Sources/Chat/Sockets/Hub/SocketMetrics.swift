import Metrics
import Platform

/// What `/metrics` tells of sockets. No label has more values than are listed here.
struct SocketMetrics: Sendable {
    /// Why a frame did not go out, or a socket ended.
    enum Loss: String, CaseIterable {
        /// A droppable event for a reader whose queue was filling.
        case crowded
        /// An event for a reader that was dropped.
        case slow
    }

    static let descriptions = [
        MetricDescription(name: "websocket_connections", help: "WebSocket connections that are open."),
        MetricDescription(
            name: "websocket_handshakes_total", help: "Requests for a WebSocket by status of the answer."),
        MetricDescription(name: "websocket_messages_total", help: "Text messages that clients sent."),
        MetricDescription(
            name: "websocket_deliveries_total", help: "Frames that were handed to the kernel for one client each."),
        MetricDescription(
            name: "websocket_dropped_total",
            help:
                "Frames that a client did not get: crowded for typing and presence, slow for clients that were closed."),
        MetricDescription(
            name: "websocket_closed_total", help: "Connections that this server ended, by the code it gave."),
    ]

    private let connections = Gauge(label: "websocket_connections")
    private let deliveries = Counter(label: "websocket_deliveries_total")
    private let messages = Counter(label: "websocket_messages_total")
    private let dropped: [Loss: Counter]
    private let closed: [CloseCode: Counter]

    init() {
        dropped = Dictionary(
            uniqueKeysWithValues: Loss.allCases.map {
                ($0, Counter(label: "websocket_dropped_total", dimensions: [("reason", $0.rawValue)]))
            })
        closed = Dictionary(
            uniqueKeysWithValues: CloseCode.allCases.map {
                ($0, Counter(label: "websocket_closed_total", dimensions: [("code", String($0.rawValue))]))
            })
    }

    func open(_ count: Int) { connections.record(count) }
    func delivered(_ frames: Int) { if frames > 0 { deliveries.increment(by: frames) } }
    func received(_ count: Int) { messages.increment(by: count) }
    func dropped(_ frames: Int, _ loss: Loss) { dropped[loss]?.increment(by: frames) }
    func closed(_ code: CloseCode) { closed[code]?.increment() }

    func answered(_ status: Int) {
        Counter(label: "websocket_handshakes_total", dimensions: [("status", String(status))]).increment()
    }
}
