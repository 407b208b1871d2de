import NIOCore
import Platform
import Postgres

/// How far people have read, and that they write.
struct Reading: Sendable {
    let database: Database
    let fanout: any Fanout
    let typingLimit = RateLimiter(10, per: .seconds(10))

    private var conversations: ConversationStore { ConversationStore(database: database) }

    /// Notes that the caller has read a conversation up to a number, and tells their other sockets; between people, the
    /// others too.
    func read(_ address: Address, upTo seq: Int, by caller: Caller) async throws {
        let found = try await conversations.joined(address, by: caller.userID)
        guard let read = try await MemberStore(database).read(caller.userID, in: found.id, upTo: seq) else {
            throw Problem.notJoined
        }
        for user in found.isRoom ? [caller.userID] : found.recipients {
            let rest: JSONNode = .members(["user_id": .integer(caller.userID), "seq": .integer(read)])
            fanout.publish(
                Frame.text("read", .object([found.place.member(for: user)] + rest.members)), toUsers: [user],
                importance: .kept)
        }
    }

    /// Tells the others that the caller is writing. Too much of it is left out without a word.
    func typing(_ address: Address, by caller: Caller, from socket: any Socket) async throws {
        guard typingLimit.secondsToWait(caller.userID) == nil else { return }
        let found = try await conversations.joined(address, by: caller.userID)
        guard caller.status == .active else { throw Problem.suspended }
        if case .user(let other) = address, try await BlockStore(database).isBlocked(between: caller.userID, other) {
            throw Problem.blockedUser
        }
        func frame(for viewer: Int?) -> ByteBuffer {
            let rest: JSONNode = .members(["user_id": .integer(caller.userID), "username": .text(caller.username)])
            return Frame.text("typing", .object([found.place.member(for: viewer)] + rest.members))
        }
        if found.isRoom { return fanout.publish(frame(for: nil), to: found.id, importance: .droppable) }
        for user in found.recipients where user != caller.userID {
            fanout.publish(frame(for: user), toUsers: [user], importance: .droppable)
        }
    }
}
