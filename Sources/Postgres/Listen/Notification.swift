/// What a listener hears on its channel.
package enum Notification: Hashable, Sendable {
    /// Somebody notified this payload.
    case message(payload: String)
    /// Listening began, or began again: what was notified before may have been missed.
    case reconnected
}

/// The notifications on one channel, for one reader. Ends when the database is closed; listening ends with the last
/// reference to it.
final class NotificationSequence: AsyncSequence, Sendable {
    typealias Element = Notification
    typealias Failure = Never

    let mailbox: Mailbox
    private let onDeinit: @Sendable (Mailbox) -> Void

    init(_ mailbox: Mailbox, onDeinit: @escaping @Sendable (Mailbox) -> Void) {
        self.mailbox = mailbox
        self.onDeinit = onDeinit
    }

    deinit {
        onDeinit(mailbox)
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        let sequence: NotificationSequence

        func next() async -> Notification? {
            await sequence.mailbox.next()
        }

        func next(isolation actor: isolated (any Actor)?) async -> Notification? {
            await sequence.mailbox.next()
        }
    }

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(sequence: self)
    }
}
