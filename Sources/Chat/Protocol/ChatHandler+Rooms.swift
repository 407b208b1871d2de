import NIOCore
import Platform

extension ChatHandler {
    func join(_ name: RoomName, by caller: Caller, for socket: any Socket) async throws {
        let joined = try await chat.rooms.join(name, by: caller)
        if let event = joined.event { chat.announcer.announce(event) }
        let conversation = joined.room.conversation
        guard let standing = try await chat.log.standing(of: conversation, for: caller.userID) else {
            throw Problem.noSuchRoom
        }
        // Whoever comes from another node may have seen what this one is about to publish.
        await chat.delivery.reach(standing.lastSeq, in: conversation)
        let heard = Heard(conversation: conversation, members: nil, lastSeq: standing.lastSeq)
        try await hear(heard, floor: 0, by: caller, on: socket) { _, _ in
            chat.delivery.release(socket, heard, after: nil, []) { last in
                Frame.text(
                    "joined",
                    .members([
                        "room": .text(joined.room.name), "status": .text("ok"), "epoch": .integer(standing.epoch),
                        "last_seq": .integer(last),
                    ]))
            }
        }
        if let playing = try await chat.listening.playing(in: conversation) {
            socket.send(chat.listening.frame(playing, room: joined.room.name))
        }
        chat.presence.show(caller, in: conversation)
    }

    /// Has a socket hear a conversation of which the caller is a member. Its events wait meanwhile, so whoever is removed from
    /// it either is no member here, or is told by one of them.
    ///
    /// - Parameter begin: is given the number up to which events were missed and where the conversation stands; ends the
    ///   waiting, or gives false where the socket may not hear it any more.
    func hear(
        _ heard: Heard, floor: Int, by caller: Caller, on socket: any Socket,
        begin: (Int, EventLog.Standing) async throws -> Bool
    ) async throws {
        let end = chat.delivery.hold(socket, heard, floor: floor)
        do {
            // A socket that ended meanwhile is forgotten again.
            if heard.isRoom, !chat.sockets.add(heard.conversation, to: socket.id) { throw Problem.chatUnavailable }
            guard let now = try await chat.log.standing(of: heard.conversation, for: caller.userID), now.isMember,
                try await begin(end, now)
            else { throw Problem.notJoined }
            chat.delivery.offer(heard.conversation, seq: now.lastSeq)
        } catch {
            chat.delivery.abandon(socket, heard)
            if heard.isRoom, !chat.delivery.isSubscribed(socket.id, to: heard.conversation) {
                chat.sockets.remove(heard.conversation, from: socket.id)
            }
            throw error
        }
    }

    func sendHistory(
        _ address: Address, limit: Int, before: Int?, by caller: Caller, to socket: any Socket
    ) async throws {
        let found = try await chat.conversations.readable(address, by: caller.userID)
        let page =
            if let found {
                try await MessageStore(chat.database).page(
                    of: found.id, before: before, limit: limit, viewer: caller.userID)
            } else {
                MessageStore.Page(messages: [], hasMore: false)
            }
        try await chat.settle()
        let isRoom = found?.isRoom == true
        let member = found?.place.member(for: caller.userID) ?? address.member
        let messages: JSONNode = .list(page.messages.map { $0.node(nil) })
        let rest: JSONNode = .members(["messages": messages, "has_more": .bool(page.hasMore)])
        socket.send(Frame.text(isRoom ? "room_history" : "dm_history", .object([member] + rest.members)))
    }
}
