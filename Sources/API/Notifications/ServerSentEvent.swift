import Foundation
import Platform

/// One event as `text/event-stream` has it (HTML Living Standard §9.2).
struct ServerSentEvent: Hashable, Sendable {
    let event: String
    let data: String
    /// What a client that comes back names in `Last-Event-ID`.
    let id: Int?

    /// Something to keep proxies from closing a silent connection; clients ignore it.
    static let heartbeat = ": keep-alive\n\n"

    /// The lines of the event, with the empty one that ends it.
    var text: String {
        let lines = data.split(omittingEmptySubsequences: false) { $0.isNewline }.map { "data: \($0)\n" }
        return "event: \(event)\n" + lines.joined() + (id.map { "id: \($0)\n" } ?? "") + "\n"
    }
}

extension ServerSentEvent {
    /// A notification, as `GET /notifications` shows it.
    init(_ notification: UserNotification) throws {
        let json = String(decoding: try JSONCoding.encoder().encode(notification), as: UTF8.self)
        self.init(event: "notification", data: json, id: notification.id)
    }

    /// What became of a track: `progress` in percent while it is read in, `status` after.
    init(_ event: Event) throws {
        let progress = event.detail.flatMap { Int($0) }
        let change = TrackChange(
            trackID: event.id, progress: progress, status: progress == nil ? event.detail : nil)
        let json = String(decoding: try JSONCoding.encoder().encode(change), as: UTF8.self)
        self.init(event: event.topic.rawValue, data: json, id: nil)
    }

    /// What the listener's account has become.
    init(accountOf caller: Caller) throws {
        let account = AccountChange(role: caller.role, status: caller.status)
        let json = String(decoding: try JSONCoding.encoder().encode(account), as: UTF8.self)
        self.init(event: Event.Topic.accountChanged.rawValue, data: json, id: nil)
    }

    private struct AccountChange: Encodable {
        let role: Role
        let status: AccountStatus
    }

    private struct TrackChange: Encodable {
        let trackID: Int
        let progress: Int?
        let status: String?
    }
}
