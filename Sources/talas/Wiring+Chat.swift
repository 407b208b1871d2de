import API
import Chat
import Foundation
import Logging
import Platform
import Postgres

extension Wiring {
    /// The chat, and what it needs of the rest.
    static func chat(
        _ database: Database, _ events: EventBus, _ fanout: any Fanout, _ accounts: Accounts,
        _ notifications: Notifications, _ logger: Logger
    ) -> Chat {
        let sharing = Sharing(database: database)
        let neighbours = ChatNeighbours(
            findCaller: accounts.caller(userID:credential:),
            mayShare: { user, attachment in
                switch attachment.type {
                case .track: try await sharing.mayShareTrack(attachment.id, by: user)
                case .file: try await sharing.mayShareFile(attachment.id, by: user)
                }
            },
            notify: { user, kind, payload in
                try await notifications.add(userID: user, kind: kind, payload: payload)
            },
            findNotification: { user, id in
                guard let found = try await notifications.notification(id, of: user) else { return nil }
                return JSONNode(parsing: String(decoding: try JSONCoding.encoder().encode(found), as: UTF8.self))
            },
            audit: { record, transaction in
                try await AuditLog.record(AuditEntry(record), in: transaction)
            })
        return Chat(database: database, events: events, fanout: fanout, neighbours: neighbours, logger: logger)
    }
}

extension AuditEntry {
    init(_ record: ModerationRecord) {
        let (kind, id): (TargetKind, Int) =
            switch record.target {
            case .room(let id): (.room, id)
            case .message(let id): (.message, id)
            case .user(let id): (.user, id)
            }
        self.init(
            record.action, by: record.caller, from: record.address, on: kind, id,
            details: record.details.mapValues(JSONValue.init(_:)))
    }
}

extension JSONValue {
    init(_ node: JSONNode) {
        self =
            switch node {
            case .null: .null
            case .bool(let value): .bool(value)
            case .integer(let value): .integer(value)
            case .text(let value): .text(value)
            case .list(let values): .list(values.map(JSONValue.init(_:)))
            case .object(let members):
                .object(Dictionary(members.map { ($0.name, JSONValue($0.value)) }) { first, _ in first })
            }
    }
}
