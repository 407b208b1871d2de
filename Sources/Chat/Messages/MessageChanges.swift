import Foundation
import HTTPTypes
import Platform
import Postgres

/// An event that is committed: where, and under which number.
struct Committed: Sendable {
    let conversation: Int
    let seq: Int
    /// Whom it concerns, outside of rooms.
    var recipients: [Int]?
}

/// What is done to messages that were sent. Each throws a ``Problem``: 404 for a message that the caller cannot see, 403
/// for what is not theirs to do.
struct MessageChanges: Sendable {
    let database: Database
    let audit: ChatNeighbours.Audit

    /// Replaces the text of one's own message.
    func edit(_ id: Int, _ text: MessageText, by caller: Caller) async throws -> Committed {
        try await database.transaction { transaction in
            let found = try await writable(id, by: caller, in: transaction)
            guard found.message.from == caller.userID else { throw Problem.notTheirs }
            try await MessageStore(transaction).edit(found.message, text)
            return try await committed(.edited, found, by: caller, in: transaction)
        }
    }

    /// Deletes one's own message, or, as a moderator, another's. Gives nil where it is deleted already.
    func delete(_ id: Int, by caller: Caller, from address: String) async throws -> Committed? {
        try await database.transaction { transaction in
            let store = MessageStore(transaction)
            guard let found = try await store.located(id, for: caller.userID), found.isVisible(to: caller) else {
                throw Problem.noSuchMessage
            }
            let isOwn = found.message.from == caller.userID
            guard isOwn || found.mayModerate(caller) else { throw Problem.notTheirs }
            guard caller.status == .active else { throw Problem.suspended }
            guard !found.message.isDeleted else { return nil }
            try await store.delete(id, by: caller.userID)
            if !isOwn {
                try await audit(
                    ModerationRecord(
                        action: "message.deleted", caller: caller, address: address, target: .message(id),
                        details: ["author_id": .integer(found.message.from ?? 0)]), transaction)
            }
            return try await committed(.deleted, found, by: caller, in: transaction)
        }
    }

    /// Adds or takes away a reaction. Gives nil where nothing changes.
    func react(_ id: Int, _ emoji: Emoji, by caller: Caller, isAdded: Bool) async throws -> Committed? {
        try await database.transaction { transaction in
            let found = try await writable(id, by: caller, in: transaction)
            let store = MessageStore(transaction)
            guard try await store.react(id, emoji, by: caller.userID, isAdded: isAdded) else { return nil }
            return try await committed(
                .reaction, found, by: caller,
                .members([
                    "emoji": .text(emoji.text), "user_id": .integer(caller.userID), "username": .text(caller.username),
                    "added": .bool(isAdded),
                ]), in: transaction)
        }
    }

    /// Pins a message or takes it off: a moderator in a room, every member elsewhere. Gives nil where nothing changes.
    func pin(_ id: Int, by caller: Caller, from address: String, isPinned: Bool) async throws -> Committed? {
        try await database.transaction { transaction in
            let store = MessageStore(transaction)
            guard let found = try await store.located(id, for: caller.userID), found.isVisible(to: caller),
                !found.message.isDeleted
            else { throw Problem.noSuchMessage }
            guard !found.isRoom || found.mayModerate(caller) else { throw Problem.notAllowed }
            guard try await store.pin(id, by: caller.userID, isPinned: isPinned) else { return nil }
            if found.isRoom {
                try await audit(
                    ModerationRecord(
                        action: isPinned ? "message.pinned" : "message.unpinned", caller: caller, address: address,
                        target: .message(id)), transaction)
            }
            return try await committed(
                .pin, found, by: caller, .members(["pinned": .bool(isPinned)]), in: transaction)
        }
    }

    /// A message of a conversation that the caller may write in.
    private func writable(
        _ id: Int, by caller: Caller, in transaction: Transaction
    ) async throws -> MessageStore.Located {
        guard let found = try await MessageStore(transaction).located(id, for: caller.userID),
            found.isVisible(to: caller), !found.message.isDeleted
        else { throw Problem.noSuchMessage }
        guard caller.status == .active else { throw Problem.suspended }
        guard found.isMember else { throw Problem.notJoined }
        if let until = found.mutedUntil, until > Date() { throw Problem.muted }
        return found
    }

    private func committed(
        _ kind: LogEvent.Kind, _ found: MessageStore.Located, by caller: Caller, _ detail: JSONNode = .object([]),
        in transaction: Transaction
    ) async throws -> Committed {
        let seq = try await ConversationLog.append(
            kind, to: found.conversation, by: caller.userID, message: found.message.id, detail, in: transaction)
        return Committed(
            conversation: found.conversation, seq: seq, recipients: found.isRoom ? nil : found.recipients)
    }
}

extension MessageStore.Located {
    func isVisible(to caller: Caller) -> Bool { isMember || (!isPrivate && !isBanned) }

    /// Moderators of the room, and those of the server in public rooms and those they are in, over whoever they outrank.
    func mayModerate(_ caller: Caller) -> Bool {
        guard isRoom else { return false }
        if isMember, let role, role >= .moderator { return true }
        return caller.role >= .moderator && authorRank < caller.role
    }
}

extension Problem {
    static let notTheirs = Problem(.forbidden, code: "forbidden", "This message is somebody else's.")
}
