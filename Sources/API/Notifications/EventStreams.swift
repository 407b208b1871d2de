import HTTPTypes
import Hummingbird
import Logging
import NIOCore
package import Platform

/// Streams of server-sent events, one a listening page.
package struct EventStreams: Sendable {
    /// Checks a credential against the database; throws a ``Problem`` once it or its account no longer counts.
    package typealias Authenticate = @Sendable (Int, Credential) async throws -> Caller

    let authenticate: Authenticate
    private let store: NotificationStore
    private let events: EventBus
    private let heartbeat: Duration

    /// - Parameter heartbeat: how long a stream is silent at most; so often is its listener checked, too, whatever
    ///   events may have been lost.
    package init(
        notifications: Notifications, events: EventBus, heartbeat: Duration = .seconds(15),
        authenticate: @escaping Authenticate
    ) {
        store = notifications.store
        self.events = events
        self.heartbeat = heartbeat
        self.authenticate = authenticate
    }

    /// The endless answer. It ends when the listener signs out or is banned, when the node shuts down, and when the
    /// client falls behind; clients come back by themselves and name the last notification they got.
    ///
    /// - Parameter lastID: the client has the notifications up to this one; nil begins with the next that comes.
    func response(to caller: Caller, after lastID: Int?) async throws -> Response {
        // Listens before it looks, so that nothing falls in between: neither a notification nor the end of the session.
        let subscription = events.subscribe(userID: caller.userID)
        let caller = try await authenticate(caller.userID, caller.credential)
        let newestID = if let lastID { lastID } else { try await store.newestID(userID: caller.userID) }
        let stream = EventStream(
            caller: caller, subscription: subscription, store: store, authenticate: authenticate,
            heartbeat: heartbeat, lastID: newestID)
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/event-stream", .cacheControl: "no-store",
                // Tells nginx not to hold events back.
                .accelBuffering: "no",
            ],
            body: ResponseBody { writer in
                var stream = stream
                try await stream.run { try await writer.write(ByteBuffer(string: $0)) }
                try await writer.finish(nil)
            })
    }
}

// Both are tokens (RFC 9110 §5.1), the only thing that can be wrong with a name.
extension HTTPField.Name {
    static let accelBuffering = HTTPField.Name("X-Accel-Buffering")!
    static let lastEventID = HTTPField.Name("Last-Event-ID")!
}
