import Foundation
import HTTPTypes
import Hummingbird
import Platform
import Postgres

/// `/chat/messages`: changing, pinning and finding what was said.
struct MessageRoutes: Sendable {
    let chat: ChatServices

    /// Below `/api/v1`.
    var routes: RouteCollection<AppContext> {
        RouteCollection(context: AppContext.self)
            .put("chat/messages/{id}", use: edit)
            .delete("chat/messages/{id}", use: delete)
            .get("chat/messages/{id}/edits", use: edits)
            .put("chat/messages/{id}/pin", use: pin)
            .delete("chat/messages/{id}/pin", use: unpin)
            .get("chat/search", use: search)
            .get("chat/unread", use: unread)
    }

    @Sendable private func edit(_ request: Request, _ context: AppContext) async throws -> Success<JSONNode> {
        let caller = try context.requireWriter()
        let id = try messageID(context)
        let body = try await request.decodeJSON(EditRequest.self, context)
        let text: MessageText
        do throws(Problem) { text = try MessageText(body.content) } catch {
            throw Problem.invalid(["content": error.message])
        }
        chat.announcer.announce(try await chat.changes.edit(id, text, by: caller))
        return Success(try await record(id, caller), message: "Message edited")
    }

    @Sendable private func delete(_ request: Request, _ context: AppContext) async throws -> Acknowledgement {
        let caller = try context.requireWriter()
        let event = try await chat.changes.delete(try messageID(context), by: caller, from: context.remoteAddress)
        if let event { chat.announcer.announce(event) }
        return Acknowledgement("Message deleted")
    }

    @Sendable private func edits(_ request: Request, _ context: AppContext) async throws -> Success<[JSONNode]> {
        let caller = try context.requireCaller()
        let id = try messageID(context)
        _ = try await record(id, caller)
        return Success(
            try await MessageStore(chat.database).edits(of: id).map { edit in
                .members(["content": .text(edit.content), "replaced_at": .time(edit.replacedAt)])
            })
    }

    @Sendable private func pin(_ request: Request, _ context: AppContext) async throws -> Success<JSONNode> {
        try await setPin(context, isPinned: true)
    }

    @Sendable private func unpin(_ request: Request, _ context: AppContext) async throws -> Success<JSONNode> {
        try await setPin(context, isPinned: false)
    }

    private func setPin(_ context: AppContext, isPinned: Bool) async throws -> Success<JSONNode> {
        let caller = try context.requireWriter()
        let id = try messageID(context)
        let event = try await chat.changes.pin(id, by: caller, from: context.remoteAddress, isPinned: isPinned)
        if let event { chat.announcer.announce(event) }
        return Success(try await record(id, caller), message: isPinned ? "Message pinned" : "Message unpinned")
    }

    @Sendable private func search(_ request: Request, _ context: AppContext) async throws -> Success<[JSONNode]> {
        let caller = try context.requireCaller()
        let limit = try request.queryInteger("limit", in: 1...100) ?? 20
        guard let typed = request.query("q"), !typed.isEmpty else { throw Problem.invalid(["q": "is required"]) }
        guard typed.unicodeScalars.count <= 200, !typed.unicodeScalars.contains("\0") else {
            throw Problem.invalid(["q": "must have at most 200 characters"])
        }
        var conversation: Int?
        if let room = request.query("room") {
            let name = try RoomName(asked: room)
            conversation = try await chat.conversations.joined(.room(name), by: caller.userID).id
        }
        let before = try request.queryInteger("before", in: 1...Int.max)
        let found = try await MessageSearch(database: chat.database).find(
            typed, in: conversation, for: caller.userID, before: before, limit: limit)
        try await chat.settle()
        return Success(found)
    }

    @Sendable private func unread(_ request: Request, _ context: AppContext) async throws -> Success<[JSONNode]> {
        let caller = try context.requireCaller()
        return Success(try await UnreadStore(database: chat.database).unread(of: caller.userID))
    }

    /// The message as the caller sees it; 404 where it does not.
    private func record(_ id: Int, _ caller: Caller) async throws -> JSONNode {
        try await chat.database.transaction { transaction in
            guard let found = try await MessageStore(transaction).located(id, for: caller.userID),
                found.isVisible(to: caller)
            else { throw Problem.noSuchMessage }
            return found.message.record
        }
    }

    private func messageID(_ context: AppContext) throws(Problem) -> Int {
        guard let text = context.parameters.get("id"), let id = Int(text), id > 0 else { throw .noSuchMessage }
        return id
    }
}

/// Body of `PUT /chat/messages/:id`.
struct EditRequest: Decodable, Sendable {
    let content: String
}
