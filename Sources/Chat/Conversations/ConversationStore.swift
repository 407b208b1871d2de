import Platform
import Postgres

/// A conversation as somebody comes to it by its address.
struct Conversation: Sendable {
    let id: Int
    let place: Place
    let isPrivate: Bool
    let isMember: Bool
    let isBanned: Bool
    let lastSeq: Int
    /// Events up to this one are no longer kept.
    let purgedSeq: Int
    /// Its members, but of a room.
    let recipients: [Int]

    var isRoom: Bool { if case .room = place { true } else { false } }
}

/// Finds conversations by what people call them.
struct ConversationStore: Sendable {
    let database: any Queryable

    /// The conversation that an account may read; nil for a thread with somebody in which nothing was ever said. Throws a
    /// ``Problem`` where there is none for it.
    func readable(_ address: Address, by viewer: Int) async throws -> Conversation? {
        guard let found = try await find(address, for: viewer) else {
            guard case .user(let other) = address else { throw address.missing }
            guard try await isUser(other), other != viewer else { throw Problem.noSuchUser }
            return nil
        }
        if found.isBanned, !found.isPrivate { throw Problem.roomBanned }
        guard found.isMember || !found.isPrivate else { throw address.missing }
        return found
    }

    /// The same for what only members do.
    func joined(_ address: Address, by viewer: Int) async throws -> Conversation {
        guard let found = try await readable(address, by: viewer) else { throw Problem.noSuchUser }
        guard found.isMember else { throw Problem.notJoined }
        return found
    }

    private func find(_ address: Address, for viewer: Int) async throws(PostgresError) -> Conversation? {
        let condition =
            switch address {
            case .room: "r.folded_name = $2::text"
            case .user:
                "d.low_user_id = least($1::bigint, $2::bigint) AND d.high_user_id = greatest($1::bigint, $2::bigint)"
            case .group: "c.id = $2::bigint AND c.kind = 'group'"
            }
        let key: any PostgresEncodable =
            switch address {
            case .room(let name): name.folded
            case .user(let id), .group(let id): id
            }
        return try await database.row(
            """
            SELECT c.id, c.kind, c.last_seq, c.purged_seq, r.name, coalesce(r.is_private, true) AS is_private,
              d.low_user_id, d.high_user_id, coalesce(m.is_member, false) AS is_member,
              coalesce(m.is_banned, false) AS is_banned,
              CASE WHEN c.kind <> 'room' THEN ARRAY(
                SELECT user_id FROM conversation_members WHERE conversation_id = c.id AND is_member ORDER BY user_id)
              END AS recipients
            FROM conversations c
            LEFT JOIN rooms r ON r.conversation_id = c.id
            LEFT JOIN direct_conversations d ON d.conversation_id = c.id
            LEFT JOIN conversation_members m ON m.conversation_id = c.id AND m.user_id = $1::bigint
            WHERE \(condition)
            """, viewer, key, decode: Self.conversation(row:))
    }

    /// Whether there is an account that is neither banned nor leaving.
    func isUser(_ id: Int) async throws(PostgresError) -> Bool {
        try await database.row(
            "SELECT 1 AS one FROM users WHERE id = $1::bigint AND status <> 'banned' AND deleted_at IS NULL", id
        ) { row throws(PostgresError) in try row.decode("one", as: Int.self) } != nil
    }

    @Sendable private static func conversation(row: Row) throws(PostgresError) -> Conversation {
        let id: Int = try row.decode("id")
        let name: String? = try row.decode("name")
        let low: Int? = try row.decode("low_user_id")
        let high: Int? = try row.decode("high_user_id")
        let place: Place =
            if let name { .room(name) } else if let low, let high { .direct(low, high) } else { .group(id) }
        return Conversation(
            id: id, place: place, isPrivate: try row.decode("is_private"), isMember: try row.decode("is_member"),
            isBanned: try row.decode("is_banned"), lastSeq: try row.decode("last_seq"),
            purgedSeq: try row.decode("purged_seq"), recipients: try row.decode("recipients") ?? [])
    }
}

extension Address {
    /// What is answered where there is no such conversation, or none for the asker.
    var missing: Problem {
        switch self {
        case .room: .noSuchRoom
        case .user: .noSuchUser
        case .group: .noSuchGroup
        }
    }
}
