import Foundation
import HTTPTypes
import Logging
import Platform
import Postgres

extension Accounts {
    /// Deletes the caller's account: it is gone for everybody at once, and comes back whole if its owner signs in within
    /// 14 days.
    ///
    /// Throws a ``Problem``: 400 without the password, 403 `wrong_password`, 409 `last_super_admin`, 429. Gives when the
    /// account will be gone for good.
    func delete(_ request: DeletionRequest, _ caller: Caller, from address: String) async throws -> Date {
        let account = try await profile(of: caller)
        _ = try await confirm(request.password, as: "password", of: account, from: address)
        let ended = try await database.transaction { transaction in
            guard try await DeletionStore(transaction).delete(account.id) else {
                throw Problem(
                    .conflict, code: "last_super_admin",
                    "You are the last super_admin: give somebody else that role first.")
            }
            return try await SessionStore(transaction).endAll(accountID: account.id)
        }
        for id in ended { await announceEnd(of: id, of: account.id) }
        await events.publish(Event(.accountChanged, userID: account.id, id: account.id))
        return Date(timeIntervalSinceNow: Double(DeletionStore.graceDays) * 86_400)
    }

    /// Takes the deletion of an account back whose owner has just signed in.
    func undelete(_ accountID: Int) async throws {
        guard try await DeletionStore(database).restore(accountID) else { return }
        logger.info("A deleted account was taken back by signing in", metadata: ["user": "\(accountID)"])
        await events.publish(Event(.accountChanged, userID: accountID, id: accountID))
    }

    /// Removes for good what belongs to accounts whose time to come back is over. Gives how many there were.
    @discardableResult
    package func purgeDeleted() async throws -> Int {
        let overdue = try await DeletionStore(database).overdue()
        for id in overdue {
            try await database.transaction { transaction in try await DeletionStore(transaction).purge(id) }
            await events.publish(Event(.accountChanged, userID: id, id: id))
        }
        return overdue.count
    }
}

/// Body of `DELETE /users/me`.
struct DeletionRequest: Decodable, Sendable {
    let password: String?
}

/// `data` of `DELETE /users/me`.
struct DeletionResponse: Encodable, Sendable {
    /// Until then signing in brings the account back.
    let purgeAt: Date
}
