import HTTPTypes
import Platform
import Postgres

extension Accounts {
    private static let codeCharacters = 24

    /// Makes an invitation. Members may have a few open that are good for one person; administrators any number, for many,
    /// which is written down.
    ///
    /// Throws a ``Problem``: 400 with `fields`, 403 where nobody can register, 409 with too many open.
    func invite(
        _ request: InvitationRequest, by caller: Caller, from address: String
    ) async throws -> (code: String, InvitationStore.Entry) {
        guard policy.registration != .closed else { throw Problem.registrationClosed }
        let isAdministrator = caller.role >= .admin
        let wish = try InvitationWish(request, mayInviteMany: isAdministrator)
        let code = RandomCode.base32(characters: Self.codeCharacters)
        let entry = try await database.transaction { transaction in
            let entry = try await InvitationStore(transaction).insert(
                by: caller.userID, hash: RandomCode.hash(of: code), wish,
                maximumOpen: isAdministrator ? nil : InvitationStore.maximumOpen)
            if let entry, isAdministrator {
                let audit = AuditEntry(
                    "invitation.created", by: caller, from: address, on: .invitation, entry.id,
                    details: ["maximum_uses": .integer(entry.maximumUses)])
                try await AuditLog.record(audit, in: transaction)
            }
            return entry
        }
        guard let entry else {
            throw Problem(
                .conflict, code: "too_many_invitations",
                "You have \(InvitationStore.maximumOpen) open invitations: wait until one is used, or delete one.")
        }
        return (code, entry)
    }

    /// Takes back an invitation of the caller's; administrators take back anybody's.
    func deleteInvitation(_ id: Int, by caller: Caller, from address: String) async throws {
        let isAdministrator = caller.role >= .admin
        try await database.transaction { transaction in
            guard try await InvitationStore(transaction).delete(id, by: isAdministrator ? nil : caller.userID) else {
                throw Problem.notFound("invitation")
            }
            guard isAdministrator else { return }
            try await AuditLog.record(
                AuditEntry("invitation.deleted", by: caller, from: address, on: .invitation, id), in: transaction)
        }
    }
}

/// Body of `POST /invitations`.
struct InvitationRequest: Decodable, Sendable {
    var note: String?
    var maximumUses: Int?
    /// Such as `7d`, which it is where nothing is said.
    var expiresIn: String?
}

/// What such a body asks for.
struct InvitationWish: Sendable {
    private static let defaultLifetimeSeconds = 7 * 86_400
    private static let maximumLifetimeSeconds = 365 * 86_400

    let note: String?
    let maximumUses: Int
    let lifetimeSeconds: Int

    /// Throws 400 with `fields`.
    init(_ request: InvitationRequest, mayInviteMany: Bool) throws(Problem) {
        var faults: [String: String] = [:]
        note = request.note.map { $0.trimmingWhitespace() }.flatMap { $0.isEmpty ? nil : $0 }
        if (note?.unicodeScalars.count ?? 0) > 200 { faults["note"] = "must have at most 200 characters" }
        maximumUses = request.maximumUses ?? 1
        let uses = mayInviteMany ? 1...1_000 : 1...1
        if !uses.contains(maximumUses) {
            faults["maximum_uses"] =
                mayInviteMany ? "must be from 1 to 1000" : "must be 1; administrators may choose more"
        }
        let lifetime = request.expiresIn.map { DurationText.seconds($0) ?? 0 } ?? Self.defaultLifetimeSeconds
        if !(1...Self.maximumLifetimeSeconds).contains(lifetime) {
            faults["expires_in"] = "must be a duration such as 24h or 7d, at most 365d"
        }
        lifetimeSeconds = lifetime
        guard faults.isEmpty else { throw .invalid(faults) }
    }
}
