package import Hummingbird
package import Platform
import Foundation

/// `/invitations`, below `/api/v1`.
package struct InvitationRoutes: Sendable {
    private let accounts: Accounts

    package init(_ accounts: Accounts) { self.accounts = accounts }

    /// The routes, relative to the API's base path.
    package var routes: RouteCollection<AppContext> {
        RouteCollection(context: AppContext.self)
            .get("invitations", use: list)
            .post("invitations", use: create)
            .delete("invitations/{id}", use: delete)
    }

    @Sendable private func list(_ request: Request, _ context: AppContext) async throws -> Success<[InvitationObject]> {
        let caller = try context.requireCaller()
        return Success(try await accounts.invitations.list(by: caller.userID).map { InvitationObject($0) })
    }

    @Sendable private func create(_ request: Request, _ context: AppContext) async throws -> Success<InvitationObject> {
        let caller = try context.requireWriter()
        let (code, entry) = try await accounts.invite(
            try await request.decodeJSON(InvitationRequest.self, context), by: caller, from: context.remoteAddress)
        return Success(
            InvitationObject(entry, code: code, url: accounts.links.invitation(code)),
            message: "Invitation created; its code is shown this once", status: .created)
    }

    @Sendable private func delete(_ request: Request, _ context: AppContext) async throws -> Acknowledgement {
        let caller = try context.requireWriter()
        try await accounts.deleteInvitation(
            try context.integerParameter("id"), by: caller, from: context.remoteAddress)
        return Acknowledgement("Invitation deleted")
    }
}

/// An invitation in a response.
struct InvitationObject: Encodable, Sendable {
    let id: Int
    /// In the answer that made it only; else left out.
    let code: String?
    let url: String?
    @Nullable var note: String?
    let maximumUses: Int
    let uses: Int
    let createdAt: Date
    let expiresAt: Date

    init(_ entry: InvitationStore.Entry, code: String? = nil, url: String? = nil) {
        id = entry.id
        self.code = code
        self.url = url
        _note = Nullable(wrappedValue: entry.note)
        maximumUses = entry.maximumUses
        uses = entry.uses
        createdAt = entry.createdAt
        expiresAt = entry.expiresAt
    }
}
