import HTTPTypes
import Hummingbird
import Platform
import Postgres

/// `/chat/rooms/:room/members` and `/invites`.
struct MemberRoutes: Sendable {
    let chat: ChatServices

    /// Below `/api/v1`.
    var routes: RouteCollection<AppContext> {
        RouteCollection(context: AppContext.self)
            .get("chat/rooms/{room}/members", use: list)
            .put("chat/rooms/{room}/members/{user_id}", use: change)
            .delete("chat/rooms/{room}/members/{user_id}", use: kick)
            .get("chat/rooms/{room}/invites", use: listInvitations)
            .post("chat/rooms/{room}/invites", use: invite)
            .delete("chat/rooms/{room}/invites/{user_id}", use: withdraw)
            .get("chat/invites", use: listOwnInvitations)
    }

    @Sendable private func list(_ request: Request, _ context: AppContext) async throws -> Paged<JSONNode> {
        let caller = try context.requireCaller()
        let page = try PageRequest(request)
        let wantsBanned = request.query("banned") == "true"
        let room = try await chat.rooms.room(try context.roomName(), for: caller)
        guard room.isReadable else { throw room.isPrivate ? Problem.noSuchRoom : .roomBanned }
        guard !wantsBanned || room.role(of: caller) ?? .member >= .moderator else { throw Problem.notAllowed }
        let (members, total) = try await MemberStore(chat.database).members(
            of: room.conversation, banned: wantsBanned, page)
        return Paged(members.map { $0.record(chat.presence.status(of: $0.userID)) }, page: page, total: total)
    }

    @Sendable private func change(_ request: Request, _ context: AppContext) async throws -> Success<JSONNode> {
        let caller = try context.requireWriter()
        let name = try context.roomName()
        let target = try context.userParameter()
        let body = try await request.decodeJSON(MemberChange.self, context)
        let outcome = try await Moderation(rooms: chat.rooms).change(
            target, in: name, body, by: caller, from: context.remoteAddress)
        chat.announcer.announce(outcome.events)
        return Success(outcome.member.record(chat.presence.status(of: target)), message: "Member changed")
    }

    @Sendable private func kick(_ request: Request, _ context: AppContext) async throws -> Acknowledgement {
        let caller = try context.requireWriter()
        let name = try context.roomName()
        let target = try context.userParameter()
        guard target != caller.userID else {
            chat.announcer.announce(try await chat.rooms.leave(.room(name), by: caller))
            return Acknowledgement("Left")
        }
        let outcome = try await Moderation(rooms: chat.rooms).kick(
            target, from: name, by: caller, at: context.remoteAddress)
        chat.announcer.announce(outcome.events)
        return Acknowledgement("Member removed")
    }

    @Sendable private func listInvitations(
        _ request: Request, _ context: AppContext
    ) async throws -> Success<[JSONNode]> {
        let room = try await inviting(context, try context.requireCaller())
        return Success(try await InvitationStore(chat.database).invitations(to: room.conversation).map(\.record))
    }

    @Sendable private func invite(_ request: Request, _ context: AppContext) async throws -> Success<JSONNode> {
        let caller = try context.requireWriter()
        let room = try await inviting(context, caller)
        let body = try await request.decodeJSON(InvitationRequest.self, context)
        let store = InvitationStore(chat.database)
        guard try await chat.conversations.isUser(body.userID) else {
            throw Problem.invalid(["user_id": "is no account"])
        }
        if try await BlockStore(chat.database).isBlocked(between: caller.userID, body.userID) {
            throw Problem.blockedUser
        }
        let member = try await MemberStore(chat.database).member(body.userID, of: room.conversation)
        if member?.isMember == true {
            throw Problem(.conflict, code: "already_member", "They are in this room already.")
        }
        if member?.isBanned == true { throw Problem(.conflict, code: "banned", "They are banned from this room.") }
        if try await store.insert(body.userID, to: room.conversation, by: caller.userID) {
            try await chat.neighbours.notify(
                body.userID, "room_invite",
                .members([
                    "room": .text(room.name), "invited_by": .integer(caller.userID), "username": .text(caller.username),
                ]))
        }
        let made = try await store.invitations(to: room.conversation, of: body.userID).first
        return Success(made?.record ?? .null, message: "Invited", status: .created)
    }

    @Sendable private func withdraw(_ request: Request, _ context: AppContext) async throws -> Acknowledgement {
        let caller = try context.requireWriter()
        let target = try context.userParameter()
        // Whoever was invited may decline.
        let room =
            target == caller.userID
            ? try await chat.rooms.room(try context.roomName(), for: caller) : try await inviting(context, caller)
        guard try await InvitationStore(chat.database).delete(of: target, to: room.conversation) else {
            throw Problem(.notFound, code: "not_found", "There is no such invitation.")
        }
        return Acknowledgement("Invitation withdrawn")
    }

    @Sendable private func listOwnInvitations(
        _ request: Request, _ context: AppContext
    ) async throws -> Success<[JSONNode]> {
        let caller = try context.requireCaller()
        return Success(try await InvitationStore(chat.database).invitations(of: caller.userID).map(\.record))
    }

    /// Members invite to public rooms, moderators to private ones.
    private func inviting(_ context: AppContext, _ caller: Caller) async throws -> Room {
        let room = try await chat.rooms.room(try context.roomName(), for: caller)
        guard let role = room.role(of: caller) else { throw Problem.notJoined }
        guard role >= .moderator || !room.isPrivate else { throw Problem.notAllowed }
        return room
    }
}

/// Body of `POST /chat/rooms/:room/invites`.
struct InvitationRequest: Decodable, Sendable {
    let userID: Int
}
