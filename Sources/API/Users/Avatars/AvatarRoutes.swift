import HTTPTypes
import Hummingbird
import Media
import NIOCore
import Platform

/// `/users/avatar` below `/api/v1`, and `/uploads/avatars/:id.jpg` at the root.
struct AvatarRoutes: Sendable {
    static let shape = PictureShape.square(512)

    let accounts: Accounts
    let store: AvatarStore
    let room: CoverRoom
    let links: AvatarLinks

    /// Below `/api/v1`.
    var routes: RouteCollection<AppContext> {
        RouteCollection(context: AppContext.self)
            .put("users/avatar", use: replace)
            .delete("users/avatar", use: remove)
    }

    var rootRoutes: RouteCollection<AppContext> {
        RouteCollection(context: AppContext.self)
            .get("uploads/avatars/{file}", use: show)
            .head("uploads/avatars/{file}", use: show)
    }

    @Sendable private func replace(_ request: Request, _ context: AppContext) async throws -> Success<ProfileResponse> {
        let caller = try context.requireWriter()
        let picture = try await room.prepare(try await CoverForm.read(request), as: Self.shape)
        try await store.set(picture, of: caller.userID)
        return Success(
            links.profile(try await accounts.profile(of: caller), for: caller), message: "Avatar updated successfully")
    }

    @Sendable private func remove(_ request: Request, _ context: AppContext) async throws -> Acknowledgement {
        try await store.set(nil, of: try context.requireWriter().userID)
        return Acknowledgement("Avatar deleted")
    }

    @Sendable private func show(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let file = context.parameters.get("file"), let name = MediaFileName(file), name.fileExtension == "jpg",
            name.id <= Int(Int32.max)
        else { throw Problem.notFound("picture") }
        try await admit(name.id, request, context)
        let size = try request.query("size").map { text throws(Problem) in try CoverSize(text) } ?? .full
        // The largest that is kept is smaller than the larger sizes of covers.
        let kept = size.rawValue < 512 ? size : .full
        guard let blob = try await store.visible(of: name.id), let bytes = try await room.cover(blob, kept) else {
            throw Problem.notFound("picture")
        }
        let representation = Representation(
            ByteBuffer(bytes: bytes), contentType: "image/jpeg", cacheControl: "private, no-cache")
        var response = representation.response(to: request)
        response.headers[.xContentTypeOptions] = "nosniff"
        return request.method == .head ? response.createHeadResponse() : response
    }

    /// Faces are public; an address that was signed ends with what it was signed for all the same.
    private func admit(_ accountID: Int, _ request: Request, _ context: AppContext) async throws {
        guard context.caller == nil, request.query("s") != nil else { return }
        guard let grant = links.grant(accountID, query: request.uri.query ?? "") else { throw Problem.unauthorized }
        let caller = try await accounts.caller(userID: grant.userID, credential: grant.credential)
        guard caller.holds(anyOf: [.stream, .read]) else { throw Problem.insufficientScope }
    }
}
