import NIOCore
import Platform

extension ChatHandler {
    /// Events and bytes that a resumption brings at most; who missed more reads the history.
    private static let maximumResumed = 1_000
    private static let maximumResumedBytes = 512 << 10

    /// Sends what a client missed, and has the conversation's events go to it from there on.
    func resume(_ address: Address, after seq: Int, epoch: Int?, by caller: Caller, for socket: any Socket) async throws
    {
        guard let found = try await chat.conversations.readable(address, by: caller.userID),
            let standing = try await chat.log.standing(of: found.id, for: caller.userID)
        else {
            return socket.send(Self.resumed(address.member, 0))
        }
        guard found.isMember else { throw Problem.notJoined }
        let member = found.place.member(for: caller.userID)
        let isKept = standing.purgedSeq <= seq && seq <= standing.lastSeq && epoch ?? standing.epoch == standing.epoch
        let heard = Heard(
            conversation: found.id, members: found.isRoom ? nil : found.recipients, lastSeq: standing.lastSeq)
        // Whoever comes from another node may have seen what this one is about to publish.
        if isKept { await chat.delivery.reach(seq, in: found.id) }
        try await hear(heard, floor: isKept ? seq : 0, by: caller, on: socket) { end, now in
            if isKept, let missed = try await missed(found.id, after: seq, upTo: end, socket),
                chat.delivery.release(socket, heard, after: seq, missed, greeting: { Self.resumed(member, $0) })
            {
                return true
            }
            return chat.delivery.startAnew(socket, heard) { Self.reset(member, now, $0) }
        }
    }

    private static func resumed(_ member: JSONNode.Member, _ seq: Int) -> ByteBuffer {
        Frame.text("resumed", .object([member, .init("last_seq", .integer(seq))]))
    }

    private static func reset(_ member: JSONNode.Member, _ standing: EventLog.Standing, _ seq: Int) -> ByteBuffer {
        let rest: JSONNode = .members(["epoch": .integer(standing.epoch), "last_seq": .integer(seq)])
        return Frame.text("reset", .object([member] + rest.members))
    }

    /// Events of a log in order; nil where they are too many.
    private func missed(
        _ conversation: Int, after seq: Int, upTo last: Int, _ socket: any Socket
    ) async throws -> [ByteBuffer]? {
        guard last > seq else { return [] }
        let events = try await chat.log.events(
            of: conversation, after: seq, upTo: last, limit: Self.maximumResumed + 1)
        try await chat.settle()
        let frames = events.map { $0.frame(for: socket.caller.userID) }
        guard events.count <= Self.maximumResumed,
            frames.reduce(0, { $0 + $1.readableBytes }) <= Self.maximumResumedBytes
        else { return nil }
        return frames
    }
}
