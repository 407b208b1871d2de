import Logging
import Platform

/// Sends notifications to the sockets of whoever they are for, as they are stored.
final class NotificationForwarding: Sendable {
    private let fanout: any Fanout
    private let find: @Sendable (_ userID: Int, _ id: Int) async throws -> JSONNode?
    private let logger: Logger

    init(
        fanout: any Fanout, events: EventBus,
        find: @escaping @Sendable (_ userID: Int, _ id: Int) async throws -> JSONNode?, logger: Logger
    ) {
        self.fanout = fanout
        self.find = find
        self.logger = logger
        events.observe { [weak self] event in
            guard let event, event.topic == .notification, let user = event.userID else { return }
            self?.forward(event.id, to: user)
        }
    }

    private func forward(_ id: Int, to user: Int) {
        guard fanout.isConnected(user: user) else { return }
        // The event bus waits for nothing.
        Task {
            do {
                guard let notification = try await find(user, id) else { return }
                fanout.publish(Frame.text("notification", notification), toUsers: [user], importance: .kept)
            } catch {
                logger.warning("A notification was not sent", metadata: ["error": "\(error)"])
            }
        }
    }
}
