import HTTPTypes
package import Hummingbird
package import Platform

/// `/notifications` and `/events`, below `/api/v1`.
package struct NotificationRoutes: Sendable {
    private let store: NotificationStore
    private let tickets: EventTicketStore
    private let streams: EventStreams

    package init(notifications: Notifications, tickets: EventTicketStore, streams: EventStreams) {
        store = notifications.store
        self.tickets = tickets
        self.streams = streams
    }

    /// The routes, relative to the API's base path.
    package var routes: RouteCollection<AppContext> {
        RouteCollection(context: AppContext.self)
            .get("notifications", use: list)
            .post("notifications/read", use: markRead)
            .post("events/ticket", use: issueTicket)
            .get("events", use: listen)
    }

    @Sendable private func list(_ request: Request, _ context: AppContext) async throws -> CursorPaged<UserNotification>
    {
        let caller = try context.requireCaller()
        let page = try CursorPage(request)
        let found = try await store.page(userID: caller.userID, page.withOneMore())
        let unread = try await store.unreadCount(userID: caller.userID)
        return CursorPaged(found, page: page, unread: unread)
    }

    @Sendable private func markRead(
        _ request: Request, _ context: AppContext
    ) async throws -> Success<UnreadResponse> {
        let caller = try context.requireWriter()
        let body = try await request.decodeJSON(ReadRequest.self, context)
        try await store.markRead(userID: caller.userID, upTo: body.upTo)
        let unread = try await store.unreadCount(userID: caller.userID)
        return Success(UnreadResponse(unread: unread), message: "Notifications marked as read")
    }

    @Sendable private func issueTicket(
        _ request: Request, _ context: AppContext
    ) async throws -> Success<TicketResponse> {
        let ticket = try await tickets.issue(to: try context.requireCaller())
        return Success(
            TicketResponse(ticket: ticket, expiresIn: EventTicketStore.lifetimeSeconds), status: .created)
    }

    @Sendable private func listen(_ request: Request, _ context: AppContext) async throws -> Response {
        let caller = try await listener(request, context)
        let lastID = request.headers[.lastEventID].flatMap { Int($0) }
        return try await streams.response(to: caller, after: lastID)
    }

    /// Who listens: the bearer, or whoever the ticket was given to.
    private func listener(_ request: Request, _ context: AppContext) async throws -> Caller {
        if let caller = context.caller { return caller }
        guard let ticket = request.query("ticket"), let holder = try await tickets.redeem(ticket) else {
            throw Problem.unauthorized
        }
        return try await streams.authenticate(holder.userID, holder.credential)
    }
}

/// Body of `POST /notifications/read`.
struct ReadRequest: Decodable, Sendable {
    let upTo: Int
}

/// `data` of `POST /notifications/read`.
struct UnreadResponse: Encodable, Sendable {
    let unread: Int
}

/// `data` of `POST /events/ticket`.
struct TicketResponse: Encodable, Sendable {
    let ticket: String
    let expiresIn: Int
}
