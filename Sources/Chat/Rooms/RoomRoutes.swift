import Foundation
import HTTPTypes
import Hummingbird
import Platform

/// `/chat/rooms`: lists, making, changing, joining and reading them.
struct RoomRoutes: Sendable {
    let chat: ChatServices

    /// Below `/api/v1`.
    var routes: RouteCollection<AppContext> {
        RouteCollection(context: AppContext.self)
            .get("chat/rooms", use: list)
            .post("chat/rooms", use: create)
            .get("chat/rooms/{room}", use: show)
            .put("chat/rooms/{room}", use: update)
            .delete("chat/rooms/{room}", use: delete)
            .post("chat/rooms/{room}/join", use: join)
            .post("chat/rooms/{room}/leave", use: leave)
            .get("chat/rooms/{room}/messages", use: messages)
            .get("chat/rooms/{room}/pins", use: pins)
            .put("chat/rooms/{room}/settings", use: settings)
            .put("chat/rooms/{room}/now-playing", use: play)
    }

    @Sendable private func list(_ request: Request, _ context: AppContext) async throws -> Paged<JSONNode> {
        let caller = try context.requireCaller()
        let page = try PageRequest(request)
        let (rooms, total) = try await RoomStore(chat.database).visible(
            to: caller.userID, joined: request.query("joined") == "true", page)
        return Paged(rooms.map(\.record), page: page, total: total)
    }

    @Sendable private func create(_ request: Request, _ context: AppContext) async throws -> Success<JSONNode> {
        let caller = try context.requireWriter()
        let input = try await request.decodeJSON(RoomInput.self, context)
        let room = try await chat.rooms.create(input, by: caller)
        return Success(room.record, message: "Room created", status: .created)
    }

    @Sendable private func show(_ request: Request, _ context: AppContext) async throws -> Success<JSONNode> {
        let caller = try context.requireCaller()
        return Success(try await chat.rooms.room(try context.roomName(), for: caller).record)
    }

    @Sendable private func update(_ request: Request, _ context: AppContext) async throws -> Success<JSONNode> {
        let caller = try context.requireWriter()
        let name = try context.roomName()
        let input = try await request.decodeJSON(RoomInput.self, context)
        let updated = try await chat.rooms.update(name, input, by: caller, from: context.remoteAddress)
        if let event = updated.event { chat.announcer.announce(event) }
        return Success(updated.room.record, message: "Room updated")
    }

    @Sendable private func delete(_ request: Request, _ context: AppContext) async throws -> Acknowledgement {
        let caller = try context.requireWriter()
        let room = try await chat.rooms.delete(try context.roomName(), by: caller, from: context.remoteAddress)
        await chat.announcer.announceEnd(of: room)
        return Acknowledgement("Room deleted")
    }

    @Sendable private func join(_ request: Request, _ context: AppContext) async throws -> Success<JSONNode> {
        let caller = try context.requireWriter()
        let name = try context.roomName()
        let joined = try await chat.rooms.join(name, by: caller)
        if let event = joined.event { chat.announcer.announce(event) }
        return Success(try await chat.rooms.room(name, for: caller).record, message: "Joined")
    }

    @Sendable private func leave(_ request: Request, _ context: AppContext) async throws -> Acknowledgement {
        let caller = try context.requireWriter()
        chat.announcer.announce(try await chat.rooms.leave(.room(try context.roomName()), by: caller))
        return Acknowledgement("Left")
    }

    @Sendable private func messages(_ request: Request, _ context: AppContext) async throws -> Success<[JSONNode]> {
        let caller = try context.requireCaller()
        let part = try HistoryRequest(request)
        let address = Address.room(try context.roomName())
        return Success(try await chat.history(address, part, for: caller))
    }

    @Sendable private func pins(_ request: Request, _ context: AppContext) async throws -> Success<[JSONNode]> {
        let caller = try context.requireCaller()
        let address = Address.room(try context.roomName())
        guard let found = try await chat.conversations.readable(address, by: caller.userID) else {
            throw Problem.noSuchRoom
        }
        return Success(
            try await MessageStore(chat.database).pinned(in: found.id, viewer: caller.userID).map(\.record))
    }

    @Sendable private func settings(_ request: Request, _ context: AppContext) async throws -> Success<JSONNode> {
        let caller = try context.requireWriter()
        let name = try context.roomName()
        let body = try await request.decodeJSON(RoomSettings.self, context)
        let found = try await chat.conversations.joined(.room(name), by: caller.userID)
        try await MemberStore(chat.database).setNotifications(
            caller.userID, in: found.id, body.notifications.rawValue, silencedUntil: body.silencedUntil)
        return Success(try await chat.rooms.room(name, for: caller).record, message: "Settings saved")
    }

    @Sendable private func play(_ request: Request, _ context: AppContext) async throws -> Success<JSONNode> {
        let caller = try context.requireWriter()
        let name = try context.roomName()
        let body = try await request.decodeJSON(PlayRequest.self, context)
        let room = try await chat.rooms.room(name, for: caller)
        guard let role = room.role(of: caller), role >= .moderator else { throw Problem.notAllowed }
        guard body.positionMs ?? 0 >= 0 else { throw Problem.invalid(["position_ms": "must be at least 0"]) }
        if let track = body.trackID {
            guard try await chat.neighbours.mayShare(caller.userID, Attachment(type: .track, id: track)) else {
                throw Problem.invalid(["track_id": "is no track that you may share"])
            }
        }
        try await chat.listening.set(
            body.trackID, positionMilliseconds: body.positionMs ?? 0, isPaused: body.paused ?? false,
            in: room.conversation, by: caller.userID)
        let playing = try await chat.listening.playing(in: room.conversation)
        await chat.announcer.announcePlaying(in: room.conversation)
        return Success(playing?.node(room: room.name) ?? .null, message: playing == nil ? "Stopped" : "Playing")
    }
}

/// Body of `PUT /chat/rooms/:room/settings`.
struct RoomSettings: Decodable, Sendable {
    enum Choice: String, Decodable, Sendable { case all, mentions, none }

    /// What the member wants to be told of.
    let notifications: Choice
    /// Until when of nothing.
    let silencedUntil: Date?
}

/// Body of `PUT /chat/rooms/:room/now-playing`; without a track the room stops.
struct PlayRequest: Decodable, Sendable {
    let trackID: Int?
    let positionMs: Int?
    let paused: Bool?
}

extension ChatServices {
    /// A part of a conversation as the REST API shows it, the oldest message first.
    func history(_ address: Address, _ part: HistoryRequest, for caller: Caller) async throws -> [JSONNode] {
        guard let found = try await conversations.readable(address, by: caller.userID) else { return [] }
        let page = try await MessageStore(database).page(
            of: found.id, beforeTime: part.beforeTime, beforeID: part.beforeID, limit: part.limit, viewer: caller.userID
        )
        try await settle()
        return page.messages.map(\.record)
    }
}
