package import Hummingbird
package import Logging
package import Platform
package import Postgres
package import ServiceLifecycle

/// Rooms, direct messages, their events and REST routes.
package struct Chat: Sendable {
    /// What `/metrics` tells of it.
    package static let metrics = SendingMetrics.descriptions

    private let parts: ChatServices
    /// What is made of sockets and their frames.
    package let handler: any SocketHandler

    /// - Parameters:
    ///   - fanout: the sockets of this node.
    ///   - neighbours: what the chat needs of accounts, tracks and files.
    package init(database: Database, events: EventBus, fanout: any Fanout, neighbours: ChatNeighbours, logger: Logger) {
        parts = ChatServices(
            database: database, commits: database.grouped, events: events, fanout: fanout, neighbours: neighbours,
            logger: logger)
        handler = ChatHandler(chat: parts)
    }

    /// To run for as long as the node does.
    package var services: [any Service] {
        [Retention(database: parts.database, logger: parts.logger), EventWatch(delivery: parts.delivery), parts.clock]
    }

    /// Below `/api/v1`.
    package var routes: [RouteCollection<AppContext>] {
        [
            RoomRoutes(chat: parts).routes, MemberRoutes(chat: parts).routes,
            MessageRoutes(chat: parts).routes, DirectRoutes(chat: parts).routes,
        ]
    }
}
