import Migrations
import TestSupport
import Testing

@testable import Postgres

/// Messages of the time before there were conversations go along.
@Suite struct MessageMigrationTests {
    private static let old = Migrations.all.filter { $0.version < 80 }

    private struct Carried: Hashable {
        let place: String
        let seq: Int
        let content: String
    }

    private func carried(_ database: Database) async throws -> [Carried] {
        try await database.rows(
            """
            SELECT coalesce(r.name, d.low_user_id || '-' || d.high_user_id, c.kind || ' ' || coalesce(
              (SELECT min(user_id)::text FROM conversation_members WHERE conversation_id = c.id), 'of nobody')) AS place,
              m.seq, left(m.content, 10) AS content
            FROM messages m JOIN conversations c ON c.id = m.conversation_id
            LEFT JOIN rooms r ON r.conversation_id = c.id LEFT JOIN direct_conversations d ON d.conversation_id = c.id
            ORDER BY m.id
            """
        ) { row throws(PostgresError) in
            Carried(
                place: try row.decode("place"), seq: try row.decode("seq"), content: try row.decode("content"))
        }
    }

    private func number(_ database: Database, _ sql: String) async throws -> Int? {
        try await database.row("SELECT (\(sql))::bigint AS n") { row throws(PostgresError) in try row.decode("n") }
    }

    private func fill(_ database: Database) async throws {
        for name in ["ann", "bob", "cyd"] {
            try await database.execute(
                "INSERT INTO users (username, email, password_hash) VALUES ($1::text, $1::text || '@example.org', 'x')",
                name)
        }
        try await database.execute("INSERT INTO rooms (name, created_by, is_private) VALUES ('General', 1, true)")
        let rows: [(Int?, Int?, String?, String)] = [
            (1, nil, "General", "a"), (2, nil, "General", "b"), (1, 2, nil, "c"), (2, 1, nil, "d"),
            (3, nil, "lounge", "e"), (1, 3, nil, "f"), (2, nil, "12/13", "g"), (1, nil, "LOUNGE", "h"),
            (3, 3, nil, "i"), (nil, nil, nil, "j"), (2, nil, "General", String(repeating: "long", count: 2_000)),
        ]
        for (from, to, room, content) in rows {
            try await database.execute(
                "INSERT INTO messages (from_user, to_user, room, content) VALUES ($1, $2, $3, $4)", from, to, room,
                content)
        }
    }

    @Test func oldMessagesGetConversationsAndNumbers() async throws {
        try await withDatabase(isMigrated: false) { database async throws in
            try await Migrator(database, migrations: Self.old).up()
            try await fill(database)
            try await Migrator(database, migrations: Migrations.all).up()
            let expected = [
                ("General", 1, "a"), ("General", 2, "b"), ("1-2", 1, "c"), ("1-2", 2, "d"), ("lounge", 1, "e"),
                ("1-3", 1, "f"), ("room of message 7", 1, "g"), ("lounge", 2, "h"), ("group 3", 1, "i"),
                ("group of nobody", 1, "j"), ("General", 3, "longlonglo"),
            ].map { Carried(place: $0.0, seq: $0.1, content: $0.2) }
            #expect(try await carried(database) == expected)
            #expect(try await number(database, "SELECT count(*) FROM conversations WHERE last_seq = 0") == 0)
            // Nobody loses the room that they wrote in, and what is old is not unread.
            let members = "SELECT count(*) FROM conversation_members m JOIN rooms r USING (conversation_id)"
            #expect(try await number(database, "\(members) WHERE r.name = 'General'") == 2)
            #expect(try await number(database, "\(members) WHERE m.role = 'owner'") == 1)
            let unread = "SELECT count(*) FROM conversation_members m JOIN conversations c ON c.id = m.conversation_id"
            #expect(try await number(database, "\(unread) WHERE m.last_read_seq < c.last_seq") == 0)
            #expect(try await number(database, "SELECT max(char_length(content)) FROM messages") == 4_000)
            #expect(try await number(database, "SELECT max(char_length(content)) FROM message_edits") == 8_000)
            // The next one goes on from there.
            #expect(
                try await number(
                    database, "SELECT message_seq FROM send_direct_message(2, 1, 'next', NULL, NULL, NULL)") == 3)
        }
    }
}
