package import Crypto
import Foundation
import Platform
package import Postgres

/// The `outgoing_mail` table: messages until a mail server has taken them, encrypted. Several nodes may send from it.
package struct MailStore: Sendable {
    /// How long a message that somebody has claimed is left to them: longer than handing it in can take.
    private static let claimSeconds = 120
    /// Nothing that is sent is good for longer.
    private static let lifetimeDays = 3

    /// A message that is the caller's to send, or to postpone.
    struct Claim: Sendable {
        let id: Int
        /// How often it has been claimed, this time included.
        let attempts: Int
        /// Nil where it was encrypted by a key of before.
        let message: MailMessage?
    }

    private let database: any Queryable
    private let key: SymmetricKey

    /// - Parameter key: the same on every node, and of no other use.
    package init(_ database: any Queryable, key: SymmetricKey) {
        self.database = database
        self.key = key
    }

    /// Keeps a message; false when `capacity` of them wait.
    func insert(_ message: MailMessage, capacity: Int) async throws -> Bool {
        let box = try AES.GCM.seal(JSONEncoder().encode(message), using: key)
        return try await database.execute(
            "INSERT INTO outgoing_mail (sealed) SELECT $1::bytea WHERE (SELECT count(*) FROM outgoing_mail) < $2::int",
            // Only a nonce of another length than the usual leaves `combined` out.
            Array(box.combined ?? Data()), capacity) > 0
    }

    /// Takes up to `count` messages whose time has come, those that wait the longest first: no other node gets them
    /// meanwhile. One that is neither removed nor postponed within two minutes is somebody else's to try.
    func claim(_ count: Int) async throws(PostgresError) -> [Claim] {
        try await database.rows(
            """
            UPDATE outgoing_mail SET attempts = attempts + 1, due_at = now() + $2::int * interval '1 second'
            WHERE id IN (
                SELECT id FROM outgoing_mail WHERE due_at <= now() ORDER BY due_at, id LIMIT $1 FOR UPDATE SKIP LOCKED)
            RETURNING id, attempts, sealed
            """, count, Self.claimSeconds
        ) { row throws(PostgresError) in
            Claim(
                id: try row.decode("id"), attempts: try row.decode("attempts"),
                message: opened(try row.decode("sealed")))
        }
    }

    /// Has a message tried again later.
    func postpone(_ id: Int, by delay: Duration) async throws(PostgresError) {
        try await database.execute(
            "UPDATE outgoing_mail SET due_at = now() + $2::bigint * interval '1 second' WHERE id = $1", id,
            Int(delay.components.seconds))
    }

    /// Forgets a message that was taken, or never will be.
    func remove(_ id: Int) async throws(PostgresError) {
        try await database.execute("DELETE FROM outgoing_mail WHERE id = $1", id)
    }

    /// Forgets what waited for so long that nothing in it is good any more.
    func purge() async throws(PostgresError) {
        try await database.execute(
            "DELETE FROM outgoing_mail WHERE created_at < now() - make_interval(days => $1::int)", Self.lifetimeDays)
    }

    private func opened(_ sealed: [UInt8]) -> MailMessage? {
        guard let box = try? AES.GCM.SealedBox(combined: Data(sealed)), let bytes = try? AES.GCM.open(box, using: key)
        else { return nil }
        return try? JSONDecoder().decode(MailMessage.self, from: bytes)
    }
}
