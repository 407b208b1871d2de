import Crypto
import Foundation
import Platform
package import Postgres

/// The `event_tickets` table: passes of 60 s that open `GET /events` once. Only their hashes are stored.
package struct EventTicketStore: Sendable {
    static let lifetimeSeconds = 60

    private let database: any Queryable

    package init(_ database: any Queryable) { self.database = database }

    /// Whose stream a ticket opens.
    struct Holder: Hashable, Sendable {
        let userID: Int
        let credential: Credential
    }

    /// A new ticket, bound to the credential that asked for it. Tidies up after those that nobody took in time.
    func issue(to caller: Caller) async throws(PostgresError) -> String {
        try await removeExpired()
        let ticket = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0).base64URL }
        _ = try await database.execute(
            """
            INSERT INTO event_tickets (hash, user_id, credential, expires_at)
            VALUES ($1, $2, $3, now() + $4::int * interval '1 second')
            """, Self.hash(ticket), caller.userID, caller.credential.description, Self.lifetimeSeconds)
        return ticket
    }

    /// Takes a ticket: whose it was, or nil if it is unknown, expired or taken already.
    func redeem(_ ticket: String) async throws(PostgresError) -> Holder? {
        let taken = try await database.row(
            "DELETE FROM event_tickets WHERE hash = $1 AND expires_at > now() RETURNING user_id, credential",
            Self.hash(ticket)
        ) { row throws(PostgresError) -> Holder? in
            let userID: Int = try row.decode("user_id")
            let credential: String = try row.decode("credential")
            return Credential(credential).map { Holder(userID: userID, credential: $0) }
        }
        return taken ?? nil
    }

    /// A few at a time, and none that another is removing: nobody waits for anybody.
    private func removeExpired() async throws(PostgresError) {
        try await database.execute(
            """
            DELETE FROM event_tickets WHERE hash IN (
                SELECT hash FROM event_tickets WHERE expires_at < now() LIMIT 100 FOR UPDATE SKIP LOCKED)
            """)
    }

    private static func hash(_ ticket: String) -> [UInt8] { Array(SHA256.hash(data: Data(ticket.utf8))) }
}
