import Platform
import Postgres

/// Threads and groups of an account.
struct DirectStore: Sendable {
    let database: any Queryable

    init(_ database: any Queryable) { self.database = database }

    /// Those that somebody wrote in, the one with the newest message first, each with that message and its members.
    func threads(of user: Int, _ page: PageRequest) async throws(PostgresError) -> (threads: [JSONNode], total: Int) {
        let source = """
            FROM conversation_members v JOIN conversations c ON c.id = v.conversation_id AND c.kind <> 'room'
            LEFT JOIN direct_conversations d ON d.conversation_id = c.id
            WHERE v.user_id = $1::bigint AND v.is_member AND (c.last_seq > 0 OR c.kind = 'group')
            """
        let threads: [JSONNode] = try await database.rows(
            """
            WITH mine AS (
              SELECT c.id AS conversation_id, NULL::text AS room_name, d.low_user_id, d.high_user_id, v.last_read_seq,
                c.last_seq, c.created_at, (SELECT max(m.seq) FROM messages m WHERE m.conversation_id = c.id) AS newest
              \(source))
            SELECT mine.*, \(Message.columns),
              (SELECT count(*) FROM messages u WHERE u.conversation_id = mine.conversation_id
                AND u.seq > mine.last_read_seq AND u.from_user <> $1 AND u.deleted_at IS NULL) AS unread,
              (SELECT json_agg(json_build_object('user_id', p.id, 'username', p.username) ORDER BY p.id)::text
               FROM conversation_members o JOIN users p ON p.id = o.user_id
               WHERE o.conversation_id = mine.conversation_id AND o.is_member AND o.user_id <> $1) AS others
            FROM mine LEFT JOIN messages m ON m.conversation_id = mine.conversation_id AND m.seq = mine.newest
            LEFT JOIN users s ON s.id = m.from_user
            ORDER BY coalesce(m.timestamp, mine.created_at) DESC, mine.conversation_id DESC LIMIT $2 OFFSET $3
            """, user, page.limit, page.offset
        ) { row throws(PostgresError) in try Self.thread(row, user) }
        let total = try await database.row("SELECT count(*) AS total \(source)", user) {
            row throws(PostgresError) -> Int in try row.decode("total")
        }
        return (threads, total ?? 0)
    }

    /// Makes a group and gives its number.
    func insertGroup(of users: [Int]) async throws(PostgresError) -> Int? {
        try await database.row(
            """
            WITH made AS (INSERT INTO conversations (kind) VALUES ('group') RETURNING id),
            members AS (
              INSERT INTO conversation_members (conversation_id, user_id) SELECT made.id, u FROM made, unnest($1::int[]) u)
            SELECT id FROM made
            """, users
        ) { row throws(PostgresError) in try row.decode("id") }
    }

    /// Those of these that are accounts and stand in no block with `user`.
    func reachable(_ users: [Int], by user: Int) async throws(PostgresError) -> [Int] {
        try await database.rows(
            """
            SELECT u.id FROM users u WHERE u.id = ANY($1::bigint[]) AND u.status <> 'banned' AND u.deleted_at IS NULL
              AND NOT EXISTS (SELECT FROM blocks b
                WHERE (b.blocker_id, b.blocked_id) IN ((u.id, $2::bigint), ($2::bigint, u.id)))
            """, users, user
        ) { row throws(PostgresError) in try row.decode("id") }
    }

    private static func thread(_ row: Row, _ user: Int) throws(PostgresError) -> JSONNode {
        let newest: Int? = try row.decode("newest")
        let others: String? = try row.decode("others")
        let rest: JSONNode = .members([
            "users": others.flatMap { JSONNode(parsing: $0) } ?? .list([]),
            "unread": .integer(try row.decode("unread")), "last_seq": .integer(try row.decode("last_seq")),
            "last_read_seq": .integer(try row.decode("last_read_seq")),
            "last_message": newest == nil ? .null : (try Message(row: row)).record,
        ])
        return .object([try Place(row: row).member(for: user)] + rest.members)
    }
}
