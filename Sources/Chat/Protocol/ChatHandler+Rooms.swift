import NIOCore
import Platform

extension ChatHandler {
    /// Events and bytes that a resumption brings at most; who missed more reads the history.
    private static let maximumResumed = 1_000
    private static let maximumResumedBytes = 512 << 10
    /// How often reading what was missed runs after a room that goes on.
    private static let attempts = 4

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
        chat.sockets.noteStart(socket.id, conversation, at: start)
        try await confirm(conversation, of: socket, by: caller)
        if let playing = try await chat.listening.playing(in: conversation) {
            socket.send(chat.listening.frame(playing, room: joined.room.name))
        }
        chat.presence.show(caller, in: conversation)
    }

    /// Takes what happened between reading where a room stands and hearing it, be it the end of the membership.
    private func confirm(_ conversation: Int, of socket: any Socket, by caller: Caller) async throws {
        guard let now = try await chat.log.standing(of: conversation, for: caller.userID), now.isMember else {
            chat.delivery.unsubscribe(socket.id, from: conversation)
            chat.sockets.noteStart(socket.id, conversation, at: nil)
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
        func reset() {
            let rest: JSONNode = .members(["epoch": .integer(standing.epoch), "last_seq": .integer(standing.lastSeq)])
            socket.send(Frame.text("reset", .object([member] + rest.members)))
        }
        guard epoch ?? standing.epoch == standing.epoch, standing.purgedSeq <= seq, seq <= standing.lastSeq else {
            return reset()
        }
        // Who hears the room already gets the rest from there.
        let heard = found.isRoom ? chat.sockets.start(socket.id, found.id) : standing.lastSeq
        let end = heard ?? chat.delivery.position(in: found.id) ?? standing.lastSeq
        guard let sent = try await sendMissed(found.id, after: seq, upTo: end, to: socket) else { return reset() }
        if heard != nil {
            return socket.send(Frame.text("resumed", .object([member, .init("last_seq", .integer(max(seq, sent)))])))
        }
        try await subscribe(found, member, after: max(seq, end), caller, socket)
    }

    /// Runs after a room that goes on until the socket has caught up, and has it hear the room from there.
    private func subscribe(
        _ found: Conversation, _ member: JSONNode.Member, after seq: Int, _ caller: Caller, _ socket: any Socket
    ) async throws {
        func resumed(_ seq: Int) -> ByteBuffer {
            Frame.text("resumed", .object([member, .init("last_seq", .integer(seq))]))
        }
        var sent = seq
        await chat.delivery.reach(sent, in: found.id)
        for attempt in 1...Self.attempts {
            let isLast = attempt == Self.attempts
            let start = chat.delivery.subscribe(
                socket, to: found.id, seq: sent, limit: isLast ? nil : sent
            ) { start in start <= sent ? resumed(sent) : nil }
            if let start {
                chat.sockets.noteStart(socket.id, found.id, at: start)
                if start > sent {
                    _ = try await sendMissed(found.id, after: sent, upTo: start, to: socket)
                    socket.send(resumed(start))
                }
                return try await confirm(found.id, of: socket, by: caller)
            }
            let position = chat.delivery.position(in: found.id)
            _ = try await sendMissed(found.id, after: sent, upTo: position, to: socket)
            sent = max(sent, position ?? sent)
        }
    }

    /// Sends events of a log in order. Gives the last one's number (0 for none); nil, and sends none, where there are too
    /// many.
    private func sendMissed(_ conversation: Int, after seq: Int, upTo last: Int?, to socket: any Socket) async throws
        -> Int?
    {
        guard last.map({ $0 > seq }) ?? true else { return 0 }
        let events = try await chat.log.events(
            of: conversation, after: seq, upTo: last, limit: Self.maximumResumed + 1)
        try await chat.settle()
        let frames = events.map { $0.frame(for: socket.caller.userID) }
        guard events.count <= Self.maximumResumed,
            frames.reduce(0, { $0 + $1.readableBytes }) <= Self.maximumResumedBytes
        else { return nil }
        for frame in frames { socket.send(frame) }
        return events.last?.seq ?? 0
    }
}
