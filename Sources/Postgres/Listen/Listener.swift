import Logging
import Synchronization

/// One connection that listens on every channel somebody ever wanted (they are few and fixed), and passes on what it
/// hears.
final class Listener: Sendable {
    private struct State {
        var connection: Connection?
        var isConnected = false
        var mailboxes: [Mailbox] = []
        var isClosed = false
    }

    private let settings: DatabaseSettings
    private let logger: Logger
    private let state = Mutex(State())

    init(_ settings: DatabaseSettings, logger: Logger) {
        self.settings = settings
        self.logger = logger
    }

    /// Whether what others notify is heard now; not where it was lost, or nobody has listened yet.
    var isListening: Bool { state.withLock(\.isConnected) }

    func notifications(on channel: String) -> NotificationSequence {
        let mailbox = Mailbox(channel: channel)
        let (connection, isConnected) = state.withLock { state -> (Connection?, Bool) in
            guard !state.isClosed else { return (nil, false) }
            state.mailboxes.append(mailbox)
            let connection = state.connection ?? makeConnection()
            state.connection = connection
            return (connection, state.isConnected)
        }
        if let connection {
            // Unless it is connected already, connecting makes it listen.
            if isConnected { listen(on: channel, for: [mailbox], connection) } else { connection.open() }
        } else {
            mailbox.close()
        }
        return NotificationSequence(mailbox) { [weak self] mailbox in
            self?.state.withLock { $0.mailboxes.removeAll { $0 === mailbox } }
        }
    }

    private func makeConnection() -> Connection {
        Connection(settings, role: .listener, logger: logger) { [weak self] event in self?.heard(event) }
    }

    private func heard(_ event: Connection.Event) {
        switch event {
        case .connected:
            let (connection, mailboxes) = state.withLock { state in
                state.isConnected = true
                return (state.connection, state.mailboxes)
            }
            guard let connection else { return }
            for (channel, mailboxes) in Dictionary(grouping: mailboxes, by: \.channel) {
                listen(on: channel, for: mailboxes, connection)
            }
        case .disconnected:
            state.withLock { $0.isConnected = false }
        case .notification(let channel, let payload):
            let mailboxes = state.withLock { $0.mailboxes }
            for mailbox in mailboxes where mailbox.channel == channel {
                mailbox.put(.message(payload: payload))
            }
        }
    }

    private func listen(on channel: String, for mailboxes: [Mailbox], _ connection: Connection) {
        // Nobody waits for it: the mailboxes hear of it when it is done, or it is done again on the next connection.
        Task {
            let name = channel.replacing("\"", with: "\"\"")
            do throws(PostgresError) {
                _ = try await connection.perform(.statement(.control("LISTEN \"\(name)\"")))
                for mailbox in mailboxes { mailbox.put(.reconnected) }
            } catch {
                logger.warning(
                    "Listening failed", metadata: ["channel": "\(channel)", "reason": "\(error.message)"])
            }
        }
    }

    func close() {
        let (connection, mailboxes) = state.withLock { state in
            state.isClosed = true
            defer { state.mailboxes = [] }
            return (state.connection, state.mailboxes)
        }
        connection?.close(isAborting: true)
        for mailbox in mailboxes { mailbox.close() }
    }
}
