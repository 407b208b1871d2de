import Hummingbird
import Platform

/// What belongs to one's own account: its room, and its end; below `/api/v1`.
struct OwnAccountRoutes: Sendable {
    let accounts: Accounts
    let usage: UsageStore

    var routes: RouteCollection<AppContext> {
        RouteCollection(context: AppContext.self)
            .get("users/me/usage", use: showUsage)
            .delete("users/me", use: delete)
    }

    @Sendable private func showUsage(_ request: Request, _ context: AppContext) async throws -> Success<UsageObject> {
        Success(try await usage.usage(of: try context.requireCaller().userID))
    }

    @Sendable private func delete(_ request: Request, _ context: AppContext) async throws -> Success<DeletionResponse> {
        let caller = try context.requireCaller()
        let body = try await request.decodeJSON(DeletionRequest.self, context)
        let purgeAt = try await accounts.delete(body, caller, from: context.remoteAddress)
        return Success(
            DeletionResponse(purgeAt: purgeAt),
            message: "Account deleted; signing in within \(DeletionStore.graceDays) days brings it back")
    }
}
