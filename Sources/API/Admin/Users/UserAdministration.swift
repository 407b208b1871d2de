import Foundation
import HTTPTypes
import Platform
import Postgres

/// Changing others' accounts, within the rules of rank, and written to the audit log.
struct UserAdministration: Sendable {
    /// What is to change; nil leaves as it is.
    struct Change: Sendable {
        let role: Role?
        let status: AccountStatus?
        /// When a suspension ends by itself; nil for one without an end.
        let until: Date?

        /// Throws 400 with `fields` for what makes no sense.
        init(_ request: ManagedUserRequest) throws(Problem) {
            guard request.role != nil || request.status != nil else {
                throw .invalid([
                    "role": "is required, unless a status is given", "status": "is required, unless a role is",
                ])
            }
            if let until = request.until {
                guard request.status == .suspended else {
                    throw .invalid(["until": "is for the status suspended only"])
                }
                guard until > Date.now else { throw .invalid(["until": "must be in the future"]) }
            }
            role = request.role
            status = request.status
            until = request.until
        }
    }

    let database: Database
    let events: EventBus

    /// Changes an account's role or status. Throws a ``Problem``: 403 against the rules of rank, 404 for no such account,
    /// 409 `last_super_admin`.
    func update(_ id: Int, _ change: Change, by caller: Caller, from address: String) async throws -> ManagedUser {
        do {
            let user = try await database.transaction { transaction in
                let (actor, target) = try await lock(caller, id, in: transaction)
                if let refusal = RankRules.refusal(actor, changes: target, role: change.role, status: change.status) {
                    throw refusal
                }
                let store = ManagedUserStore(transaction)
                guard let before = try await store.user(id) else { throw Problem.notFound("user") }
                try await store.update(id, role: change.role, status: change.status, until: change.until)
                guard let after = try await store.user(id) else { throw Problem.notFound("user") }
                try await AuditLog.record(
                    AuditEntry(
                        "user.updated", by: caller, from: address, on: .user, id,
                        details: Self.details(before, after)), in: transaction)
                return after
            }
            await events.publish(Event(.accountChanged, userID: id, id: id))
            return user
        } catch let error as PostgresError where error.constraint == "users_last_super_admin" {
            throw Problem(
                .conflict, code: "last_super_admin",
                "This is the last active super_admin: make another one before it is demoted, suspended or banned.")
        }
    }

    /// Ends every session of an account and gives how many there were. Throws a ``Problem`` as ``update(_:_:by:from:)``.
    func revokeSessions(of id: Int, by caller: Caller, from address: String) async throws -> Int {
        let ended = try await database.transaction { transaction in
            let (actor, target) = try await lock(caller, id, in: transaction)
            if let refusal = RankRules.refusal(actor, changes: target) { throw refusal }
            let ended = try await SessionStore(transaction).endAll(accountID: id)
            try await AuditLog.record(
                AuditEntry(
                    "user.sessions_revoked", by: caller, from: address, on: .user, id,
                    details: ["sessions": .integer(ended.count)]), in: transaction)
            return ended
        }
        for session in ended { await events.publish(Event(.sessionEnded, userID: id, id: session)) }
        return ended.count
    }

    /// Both accounts as they are now and stay until the transaction is over.
    private func lock(
        _ caller: Caller, _ id: Int, in transaction: Transaction
    ) async throws -> (actor: RankRules.Ranked, target: RankRules.Ranked) {
        let found = try await ManagedUserStore(transaction).lockedRoles(of: [caller.userID, id])
        guard let target = found.first(where: { $0.id == id }) else { throw Problem.notFound("user") }
        guard let actor = found.first(where: { $0.id == caller.userID }) else { throw Problem.unauthorized }
        return (actor, target)
    }

    private static func details(_ before: ManagedUser, _ after: ManagedUser) -> [String: JSONValue] {
        var details: [String: JSONValue] = [:]
        if before.role != after.role {
            details["role"] = .object(["from": .text(before.role.rawValue), "to": .text(after.role.rawValue)])
        }
        if before.status != after.status {
            details["status"] = .object(["from": .text(before.status.rawValue), "to": .text(after.status.rawValue)])
        }
        if let until = after.suspendedUntil { details["until"] = .text(until.formatted(.iso8601)) }
        return details
    }
}

/// Body of `PUT /admin/users/:id`.
struct ManagedUserRequest: Decodable, Sendable {
    let role: Role?
    let status: AccountStatus?
    let until: Date?
}
