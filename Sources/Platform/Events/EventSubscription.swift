/// The events of one subscriber, in order. It ends when the subscriber falls too far behind, when some may have been
/// missed, and when the node shuts down; whoever needs more subscribes again and reads what the database has.
package final class EventSubscription: AsyncSequence, Sendable {
    package typealias Element = Event

    /// How many events may wait; one that cannot ends the subscription.
    private static let maximumWaiting = 256

    private let stream: AsyncStream<Event>
    private let continuation: AsyncStream<Event>.Continuation

    init(onEnd: @escaping @Sendable () -> Void) {
        (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.maximumWaiting))
        continuation.onTermination = { _ in onEnd() }
    }

    deinit { continuation.finish() }

    package func makeAsyncIterator() -> AsyncStream<Event>.Iterator { stream.makeAsyncIterator() }

    /// Stops listening.
    package func end() { continuation.finish() }

    func offer(_ event: Event) {
        if case .dropped = continuation.yield(event) { continuation.finish() }
    }
}
