import Platform
import Postgres

/// The addresses of accounts, and those on their way in (`email_changes`).
struct EmailStore: Sendable {
    private let database: any Queryable

    init(_ database: any Queryable) { self.database = database }

    /// Gives an account another address; a taken one is 409.
    func set(_ email: String, of accountID: Int, isVerified: Bool) async throws {
        do {
            try await database.execute(
                """
                UPDATE users SET email = $2, email_verified_at = CASE WHEN $3 THEN now() END, updated_at = now()
                WHERE id = $1
                """, accountID, email, isVerified)
        } catch {
            throw Problem.duplicateAccount(error) ?? error
        }
        // What was sent to the old address must not open the account any more.
        try await OneTimeTokenStore(database).revoke(
            [.resetPassword, .verifyEmail, .leaveEmail, .enterEmail], accountID: accountID)
    }

    /// Notes which address is to come; an earlier one is forgotten.
    func begin(_ email: String, of accountID: Int, lifetimeSeconds: Int) async throws(PostgresError) {
        try await database.execute(
            """
            INSERT INTO email_changes (user_id, email, expires_at)
            VALUES ($1, $2, now() + $3::int * interval '1 second')
            ON CONFLICT (user_id) DO UPDATE SET email = excluded.email, expires_at = excluded.expires_at,
                is_old_confirmed = false, is_new_confirmed = false
            """, accountID, email, lifetimeSeconds)
    }

    /// Carries out what a proof of reading mail at `email` means; to be called in a transaction.
    func confirm(_ proof: OneTimeTokenStore.Proof, _ email: String) async throws -> EmailConfirmation {
        switch proof.purpose {
        case .verifyEmail:
            let marked = try await database.execute(
                "UPDATE users SET email_verified_at = coalesce(email_verified_at, now()) WHERE id = $1 AND email = $2",
                proof.accountID, email)
            guard marked > 0 else { throw Problem.invalidLink }
            return .verified
        case .leaveEmail, .enterEmail:
            let isOld = proof.purpose == .leaveEmail
            let change = try await database.row(
                """
                UPDATE email_changes SET is_old_confirmed = is_old_confirmed OR $2,
                    is_new_confirmed = is_new_confirmed OR NOT $2
                WHERE user_id = $1 AND expires_at > now()
                RETURNING email, is_old_confirmed AND is_new_confirmed AS is_complete
                """, proof.accountID, isOld
            ) { row throws(PostgresError) in
                Change(email: try row.decode("email"), isComplete: try row.decode("is_complete"))
            }
            guard let change else { throw Problem.invalidLink }
            guard change.isComplete else { return .waiting }
            try await database.execute("DELETE FROM email_changes WHERE user_id = $1", proof.accountID)
            try await set(change.email, of: proof.accountID, isVerified: true)
            return .changed
        case .resetPassword:
            throw Problem.invalidLink
        }
    }

    private struct Change: Sendable {
        let email: String
        let isComplete: Bool
    }
}
