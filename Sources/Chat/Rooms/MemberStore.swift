import Foundation
import Platform
import Postgres

/// The `conversation_members` table. Changes are made behind the conversation's lock.
struct MemberStore: Sendable {
    /// One member, as the list of a room shows it.
    struct Member: Sendable {
        let userID: Int
        let username: String
        let role: MemberRole
        let isMember: Bool
        let isBanned: Bool
        let mutedUntil: Date?
        let joinedAt: Date
        /// Its rank on the whole server.
        let rank: Role

        func record(_ status: PresenceStatus) -> JSONNode {
            .members([
                "user_id": .integer(userID), "username": .text(username), "role": .text(role.rawValue),
                "muted_until": mutedUntil.map { .time($0) } ?? .null, "banned": .bool(isBanned),
                "joined_at": .time(joinedAt), "status": .text(status.rawValue),
            ])
        }
    }

    let database: any Queryable

    init(_ database: any Queryable) { self.database = database }

    private static let selection = """
        SELECT m.user_id, u.username, m.role, m.is_member, m.is_banned, m.muted_until, m.joined_at, u.role AS rank
        FROM conversation_members m JOIN users u ON u.id = m.user_id
        """

    func member(_ user: Int, of conversation: Int) async throws(PostgresError) -> Member? {
        try await database.row(
            "\(Self.selection) WHERE m.conversation_id = $1 AND m.user_id = $2", conversation, user,
            decode: Self.member(row:))
    }

    /// Members by rank and name, or whoever is banned.
    func members(
        of conversation: Int, banned: Bool, _ page: PageRequest
    ) async throws(PostgresError) -> (members: [Member], total: Int) {
        let condition = "m.conversation_id = $1 AND \(banned ? "m.is_banned" : "m.is_member")"
        let members = try await database.rows(
            """
            \(Self.selection) WHERE \(condition)
            ORDER BY array_position(ARRAY['owner', 'moderator', 'member'], m.role::text), u.username LIMIT $2 OFFSET $3
            """, conversation, page.limit, page.offset, decode: Self.member(row:))
        let total = try await database.row(
            "SELECT count(*) AS total FROM conversation_members m WHERE \(condition)", conversation
        ) { row throws(PostgresError) -> Int in try row.decode("total") }
        return (members, total ?? 0)
    }

    /// Makes somebody a member, from what is there now on.
    func add(_ user: Int, to conversation: Int, readUpTo seq: Int) async throws(PostgresError) {
        try await database.execute(
            """
            INSERT INTO conversation_members (conversation_id, user_id, last_read_seq) VALUES ($1, $2, $3)
            ON CONFLICT (conversation_id, user_id) DO UPDATE
            SET is_member = true, joined_at = now(), last_read_seq = greatest(conversation_members.last_read_seq, $3)
            """, conversation, user, seq)
    }

    /// Ends a membership; whoever is banned does not come back.
    func remove(_ user: Int, from conversation: Int, banned: Bool? = nil) async throws(PostgresError) {
        try await database.execute(
            """
            INSERT INTO conversation_members (conversation_id, user_id, is_member, is_banned)
            VALUES ($1, $2, false, coalesce($3, false))
            ON CONFLICT (conversation_id, user_id) DO UPDATE
            SET is_member = false, role = 'member', is_banned = coalesce($3, conversation_members.is_banned)
            """, conversation, user, banned)
    }

    func unban(_ user: Int, in conversation: Int) async throws(PostgresError) {
        try await database.execute(
            "UPDATE conversation_members SET is_banned = false WHERE conversation_id = $1 AND user_id = $2",
            conversation, user)
    }

    func setRole(_ role: MemberRole, of user: Int, in conversation: Int) async throws(PostgresError) {
        try await database.execute(
            "UPDATE conversation_members SET role = $3 WHERE conversation_id = $1 AND user_id = $2 AND is_member",
            conversation, user, role)
    }

    func mute(_ user: Int, in conversation: Int, until time: Date?) async throws(PostgresError) {
        try await database.execute(
            """
            INSERT INTO conversation_members (conversation_id, user_id, is_member, muted_until) VALUES ($1, $2, false, $3)
            ON CONFLICT (conversation_id, user_id) DO UPDATE SET muted_until = excluded.muted_until
            """, conversation, user, time)
    }

    /// Gives the room of an owner who leaves to the moderator, else the member, who has been there for longest. Gives
    /// who that is; nil where nobody is left.
    func passOwnership(of conversation: Int) async throws(PostgresError) -> Int? {
        try await database.row(
            """
            UPDATE conversation_members m SET role = 'owner' FROM (
                SELECT user_id FROM conversation_members WHERE conversation_id = $1 AND is_member
                ORDER BY role = 'moderator' DESC, joined_at, user_id LIMIT 1) heir
            WHERE m.conversation_id = $1 AND m.user_id = heir.user_id RETURNING m.user_id
            """, conversation
        ) { row throws(PostgresError) in try row.decode("user_id") }
    }

    /// Sets how far somebody has read, never back. Gives the number; nil for no member.
    func read(_ user: Int, in conversation: Int, upTo seq: Int) async throws(PostgresError) -> Int? {
        try await database.row(
            """
            UPDATE conversation_members m SET last_read_seq = greatest(m.last_read_seq, least($3::bigint, c.last_seq))
            FROM conversations c
            WHERE c.id = m.conversation_id AND m.conversation_id = $1 AND m.user_id = $2 AND m.is_member
            RETURNING m.last_read_seq
            """, conversation, user, seq
        ) { row throws(PostgresError) in try row.decode("last_read_seq") }
    }

    func setNotifications(
        _ user: Int, in conversation: Int, _ choice: String, silencedUntil: Date?
    ) async throws(PostgresError) {
        try await database.execute(
            """
            UPDATE conversation_members SET notifications = $3, silenced_until = $4
            WHERE conversation_id = $1 AND user_id = $2
            """, conversation, user, choice, silencedUntil)
    }

    @Sendable private static func member(row: Row) throws(PostgresError) -> Member {
        let rank: String = try row.decode("rank")
        return Member(
            userID: try row.decode("user_id"), username: try row.decode("username"), role: try row.decode("role"),
            isMember: try row.decode("is_member"), isBanned: try row.decode("is_banned"),
            mutedUntil: try row.decode("muted_until"), joinedAt: try row.decode("joined_at"),
            rank: Role(rawValue: rank) ?? .user)
    }
}

/// Adds events to conversations' logs.
enum ConversationLog {
    /// Gives the event's number. To be called in the transaction that does what it tells.
    static func append(
        _ kind: LogEvent.Kind, to conversation: Int, by actor: Int?, message: Int? = nil,
        _ detail: JSONNode = .object([]),
        in transaction: Transaction
    ) async throws -> Int {
        let json = String(decoding: try JSONCoding.encoder().encode(detail), as: UTF8.self)
        let seq = try await transaction.row(
            "SELECT append_conversation_event($1, $2, $3, $4, $5::jsonb) AS seq", conversation, kind, actor, message,
            json
        ) { row throws(PostgresError) -> Int? in try row.decode("seq") }
        guard let seq, let seq else { throw Problem.noSuchRoom }
        return seq
    }
}
