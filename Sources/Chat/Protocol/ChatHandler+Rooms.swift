import NIOCore
import Platform

extension ChatHandler {
    /// Events and bytes that a resumption brings at most; who missed more reads the history.
    private static let maximumResumed = 1_000
    private static let maximumResumedBytes = 512 << 10

    func join(_ name: RoomName, by caller: Caller, for socket: any Socket) async throws {
        let joined = try await chat.rooms.join(name, by: caller)
        if let event = joined.event { chat.announcer.announce(event) }
        let conversation = joined.room.conversation
        guard let standing = try await chat.log.standing(of: conversation, for: caller.userID) else {
            throw Problem.noSuchRoom
        }
        // Whoever comes from another node may have seen what this one is about to publish.
        await chat.delivery.reach(standing.lastSeq, in: conversation)
        let start = chat.delivery.subscribe(socket, to: conversation, seq: standing.lastSeq) { start in
            Frame.text(
                "joined",
                .members([
                    "room": .text(joined.room.name), "status": .text("ok"), "epoch": .integer(standing.epoch),
                    "last_seq": .integer(start),
                ]))
        }
        noteStart(start, conversation, of: socket)
        try await confirm(conversation, of: socket, by: caller)
        if let playing = try await chat.listening.playing(in: conversation) {
            socket.send(chat.listening.frame(playing, room: joined.room.name))
        }
        chat.presence.show(caller, in: conversation)
    }

    /// Takes what happened between reading where a room stands and hearing it, be it the end of the membership.
    private func confirm(_ conversation: Int, of socket: any Socket, by caller: Caller) async throws {
        guard let now = try await chat.log.standing(of: conversation, for: caller.userID), now.isMember else {
            stopHearing(conversation, socket)
            throw Problem.notJoined
        }
        chat.delivery.confirm(conversation, seq: now.lastSeq)
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

    /// Sends what a client missed, and has a room's events go to it from there on.
    func resume(_ address: Address, after seq: Int, epoch: Int?, by caller: Caller, for socket: any Socket) async throws
    {
        guard let found = try await chat.conversations.readable(address, by: caller.userID),
            let standing = try await chat.log.standing(of: found.id, for: caller.userID)
        else {
            return socket.send(Frame.text("resumed", .object([address.member, .init("last_seq", .integer(0))])))
        }
        guard found.isMember else { throw Problem.notJoined }
        let member = found.place.member(for: caller.userID)
        let isKept = standing.purgedSeq <= seq && seq <= standing.lastSeq && epoch ?? standing.epoch == standing.epoch
        // Who hears the conversation already gets the rest from there.
        guard let end = found.isRoom ? chat.sockets.start(socket.id, found.id) : standing.lastSeq else {
            let isCaughtUp = isKept ? try await catchUp(found, member, after: seq, standing, socket) : false
            if !isCaughtUp { beginAnew(found.id, member, standing, socket) }
            return try await confirm(found.id, of: socket, by: caller)
        }
        guard isKept, try await sendMissed(found.id, after: seq, upTo: end, to: socket) else {
            return socket.send(Self.reset(member, standing, standing.lastSeq))
        }
        socket.send(Self.resumed(member, max(seq, end)))
    }

    /// Sends a socket what it missed of a room, and has it hear the room behind that. Gives false, and does neither, where
    /// it is too much.
    private func catchUp(
        _ found: Conversation, _ member: JSONNode.Member, after seq: Int, _ standing: EventLog.Standing,
        _ socket: any Socket
    ) async throws -> Bool {
        // Whoever comes from another node may have seen what this one is about to publish.
        await chat.delivery.reach(standing.lastSeq, in: found.id)
        let position = chat.delivery.beginCatchingUp(socket, in: found.id, seq: standing.lastSeq)
        noteStart(position, found.id, of: socket)
        do {
            if try await sendMissed(found.id, after: seq, upTo: position, to: socket),
                chat.delivery.finishCatchingUp(socket, in: found.id, Self.resumed(member, position))
            {
                return true
            }
        } catch {
            stopHearing(found.id, socket)
            throw error
        }
        stopHearing(found.id, socket)
        return false
    }

    /// Has a socket hear a room from here on: what was before it has to read from the history.
    private func beginAnew(
        _ conversation: Int, _ member: JSONNode.Member, _ standing: EventLog.Standing, _ socket: any Socket
    ) {
        let start = chat.delivery.subscribe(socket, to: conversation, seq: standing.lastSeq) { start in
            Self.reset(member, standing, start)
        }
        noteStart(start, conversation, of: socket)
    }

    private func stopHearing(_ conversation: Int, _ socket: any Socket) {
        chat.delivery.unsubscribe(socket.id, from: conversation)
        chat.sockets.noteStart(socket.id, conversation, at: nil)
    }

    private static func resumed(_ member: JSONNode.Member, _ seq: Int) -> ByteBuffer {
        Frame.text("resumed", .object([member, .init("last_seq", .integer(seq))]))
    }

    private static func reset(_ member: JSONNode.Member, _ standing: EventLog.Standing, _ seq: Int) -> ByteBuffer {
        let rest: JSONNode = .members(["epoch": .integer(standing.epoch), "last_seq": .integer(seq)])
        return Frame.text("reset", .object([member] + rest.members))
    }

    /// A socket that ended meanwhile is forgotten again.
    private func noteStart(_ seq: Int, _ conversation: Int, of socket: any Socket) {
        guard !chat.sockets.noteStart(socket.id, conversation, at: seq) else { return }
        chat.delivery.forget(socket.id, in: [conversation])
    }

    /// Sends events of a log in order; gives false, and sends none, where there are too many.
    private func sendMissed(
        _ conversation: Int, after seq: Int, upTo last: Int, to socket: any Socket
    ) async throws -> Bool {
        guard last > seq else { return true }
        let events = try await chat.log.events(
            of: conversation, after: seq, upTo: last, limit: Self.maximumResumed + 1)
        try await chat.settle()
        let frames = events.map { $0.frame(for: socket.caller.userID) }
        guard events.count <= Self.maximumResumed,
            frames.reduce(0, { $0 + $1.readableBytes }) <= Self.maximumResumedBytes
        else { return false }
        for frame in frames { socket.send(frame) }
        return true
    }
}
