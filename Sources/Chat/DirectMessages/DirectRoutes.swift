import HTTPTypes
import Hummingbird
import Platform
import Postgres

/// `/chat/dm`, `/chat/groups` and `/users/:id/block`.
struct DirectRoutes: Sendable {
    /// People in one group, its maker included.
    static let maximumGroup = 20

    let chat: ChatServices

    /// Below `/api/v1`.
    var routes: RouteCollection<AppContext> {
        RouteCollection(context: AppContext.self)
            .get("chat/dm", use: list)
            .post("chat/dm", use: createGroup)
            .get("chat/dm/{user_id}", use: messages)
            .get("chat/groups/{id}/messages", use: groupMessages)
            .post("chat/groups/{id}/leave", use: leaveGroup)
            .get("users/me/blocks", use: listBlocks)
            .post("users/{id}/block", use: block)
            .delete("users/{id}/block", use: unblock)
    }

    @Sendable private func list(_ request: Request, _ context: AppContext) async throws -> Paged<JSONNode> {
        let caller = try context.requireCaller()
        let page = try PageRequest(request)
        let (threads, total) = try await DirectStore(chat.database.pooled).threads(of: caller.userID, page)
        try await chat.settle()
        return Paged(threads, page: page, total: total)
    }

    /// With one other, the thread between the two; with several, a group.
    @Sendable private func createGroup(_ request: Request, _ context: AppContext) async throws -> Success<JSONNode> {
        let caller = try context.requireWriter()
        let body = try await request.decodeJSON(GroupRequest.self, context)
        let others = Set(body.userIDs).subtracting([caller.userID]).filter { Int32(exactly: $0) != nil }.sorted()
        guard !others.isEmpty, body.userIDs.count <= Self.maximumGroup, others.count < Self.maximumGroup else {
            throw Problem.invalid(["user_ids": "must name 1 to \(Self.maximumGroup - 1) others"])
        }
        let store = DirectStore(chat.database)
        guard Set(try await store.reachable(others, by: caller.userID)) == Set(others) else {
            throw Problem.invalid(["user_ids": "must be accounts that you may write to"])
        }
        if others.count == 1 {
            return Success(.members(["with": .integer(others[0])]), message: "Write to them", status: .created)
        }
        guard let id = try await store.insertGroup(of: [caller.userID] + others) else { throw Problem.internalError }
        return Success(
            .members([
                "group": .integer(id), "user_ids": .list(([caller.userID] + others).sorted().map { .integer($0) }),
            ]),
            message: "Group created", status: .created)
    }

    @Sendable private func messages(_ request: Request, _ context: AppContext) async throws -> Success<[JSONNode]> {
        let caller = try context.requireCaller()
        let part = try HistoryRequest(request)
        return Success(try await chat.history(.user(try context.userParameter()), part, for: caller))
    }

    @Sendable private func groupMessages(
        _ request: Request, _ context: AppContext
    ) async throws -> Success<[JSONNode]> {
        let caller = try context.requireCaller()
        let part = try HistoryRequest(request)
        return Success(try await chat.history(.group(try groupID(context)), part, for: caller))
    }

    @Sendable private func leaveGroup(_ request: Request, _ context: AppContext) async throws -> Acknowledgement {
        let caller = try context.requireWriter()
        chat.announcer.announce(try await chat.rooms.leave(.group(try groupID(context)), by: caller))
        return Acknowledgement("Left")
    }

    @Sendable private func listBlocks(_ request: Request, _ context: AppContext) async throws -> Success<[JSONNode]> {
        let caller = try context.requireCaller()
        return Success(try await BlockStore(chat.database).all(of: caller.userID).map(\.record))
    }

    @Sendable private func block(_ request: Request, _ context: AppContext) async throws -> Acknowledgement {
        let caller = try context.requireWriter()
        let id = try context.userParameter("id")
        guard id != caller.userID else { throw Problem.invalid(["id": "must be somebody else's"]) }
        guard try await chat.conversations.isUser(id) else { throw Problem.noSuchUser }
        try await BlockStore(chat.database).insert(caller.userID, blocks: id)
        return Acknowledgement("Blocked")
    }

    @Sendable private func unblock(_ request: Request, _ context: AppContext) async throws -> Acknowledgement {
        let caller = try context.requireWriter()
        try await BlockStore(chat.database).delete(caller.userID, blocks: try context.userParameter("id"))
        return Acknowledgement("Unblocked")
    }

    private func groupID(_ context: AppContext) throws(Problem) -> Int {
        guard let text = context.parameters.get("id"), let id = Int(text), id > 0 else { throw .noSuchGroup }
        return id
    }
}

/// Body of `POST /chat/dm`.
struct GroupRequest: Decodable, Sendable {
    let userIDs: [Int]
}
