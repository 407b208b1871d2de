import Synchronization

/// Notifications on their way to one reader. When the reader falls too far behind, what waits is replaced by
/// `.reconnected`: it has missed something, and is told so.
final class Mailbox: Sendable {
    /// Notifications kept for a reader that does not come.
    static let limit = 1_024

    private struct State {
        var notifications = Queue<Notification>()
        var reader: CheckedContinuation<Notification?, Never>?
        var isClosed = false
    }

    let channel: String
    private let state = Mutex(State())

    init(channel: String) {
        self.channel = channel
    }

    func put(_ notification: Notification) {
        let reader = state.withLock { state -> CheckedContinuation<Notification?, Never>? in
            if state.isClosed { return nil }
            if let reader = state.reader {
                state.reader = nil
                return reader
            }
            if state.notifications.count >= Self.limit {
                state.notifications = Queue()
                state.notifications.append(.reconnected)
            } else {
                state.notifications.append(notification)
            }
            return nil
        }
        reader?.resume(returning: notification)
    }

    /// The next notification; nil when the mailbox is closed or the reading task cancelled.
    func next() async -> Notification? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (resumed, notification) = state.withLock {
                    state -> (CheckedContinuation<Notification?, Never>?, Notification?) in
                    if let notification = state.notifications.popFirst() { return (continuation, notification) }
                    if state.isClosed || Task.isCancelled { return (continuation, nil) }
                    // A second reader takes the place of the first.
                    defer { state.reader = continuation }
                    return (state.reader, nil)
                }
                resumed?.resume(returning: notification)
            }
        } onCancel: {
            stopReading()
        }
    }

    private func stopReading() {
        let reader = state.withLock { state in
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: nil)
    }

    /// Ends the sequence behind what waits.
    func close() {
        state.withLock { $0.isClosed = true }
        stopReading()
    }
}
