import Foundation
import HTTPTypes
import Platform
import Postgres

/// Making, joining, changing and leaving rooms. Each throws a ``Problem``; a private room is 404 for whoever is not in it.
struct RoomService: Sendable {
    /// Rooms that one account may have.
    static let maximumOwned = 100

    let database: Database
    let audit: ChatNeighbours.Audit

    /// The room, if the caller may know of it.
    func room(_ name: RoomName, for caller: Caller) async throws -> Room {
        guard let room = try await RoomStore(database).room(name, for: caller.userID), room.isVisible else {
            throw Problem.noSuchRoom
        }
        return room
    }

    func create(_ input: RoomInput, by caller: Caller) async throws -> Room {
        let owned = try await database.row(
            "SELECT count(*) AS owned FROM conversation_members WHERE user_id = $1 AND role = 'owner'", caller.userID
        ) { row throws(PostgresError) -> Int in try row.decode("owned") }
        guard owned ?? 0 < Self.maximumOwned else {
            throw Problem(.conflict, code: "too_many_rooms", "You own \(Self.maximumOwned) rooms; delete one first.")
        }
        guard let name = input.name else { throw Problem.invalid(["name": "is required"]) }
        do {
            try await RoomStore(database).insert(
                name, input.description ?? nil, isPrivate: input.isPrivate ?? false, owner: caller.userID)
        } catch {
            if error.code == .uniqueViolation { throw Problem.roomNameTaken }
            throw error
        }
        return try await room(name, for: caller)
    }

    /// What an update did.
    struct Updated: Sendable {
        let room: Room
        let event: Committed?
    }

    func update(_ name: RoomName, _ input: RoomInput, by caller: Caller, from address: String) async throws -> Updated {
        do {
            return try await database.transaction { transaction in
                let store = RoomStore(transaction)
                let room = try await moderated(name, by: caller, in: transaction)
                guard room.role(of: caller) == .owner || caller.role >= .admin else { throw Problem.ownersOnly }
                let newName = input.name ?? name.renamed(room.name)
                try await store.update(
                    room, name: newName, description: input.description ?? room.description,
                    isPrivate: input.isPrivate ?? room.isPrivate,
                    slowModeSeconds: input.slowModeSeconds ?? room.slowModeSeconds,
                    retentionDays: input.retentionDays ?? room.retentionDays)
                guard let updated = try await store.room(newName, for: caller.userID) else { throw Problem.noSuchRoom }
                let seq = try await ConversationLog.append(
                    .roomUpdated, to: room.conversation, by: caller.userID,
                    .members([
                        "name": .text(updated.name), "old_name": .text(room.name),
                        "description": updated.description.map { .text($0) } ?? .null,
                        "is_private": .bool(updated.isPrivate), "slow_mode_seconds": .integer(updated.slowModeSeconds),
                    ]), in: transaction)
                try await audit(
                    ModerationRecord(
                        action: "room.updated", caller: caller, address: address, target: .room(room.id),
                        details: ["from": .text(room.name), "to": .text(updated.name)]), transaction)
                return Updated(room: updated, event: Committed(conversation: room.conversation, seq: seq))
            }
        } catch let error as PostgresError where error.code == .uniqueViolation {
            throw Problem.roomNameTaken
        }
    }

    /// Removes a room and all that was said in it.
    func delete(_ name: RoomName, by caller: Caller, from address: String) async throws -> Room {
        try await database.transaction { transaction in
            let room = try await moderated(name, by: caller, in: transaction)
            guard room.role(of: caller) == .owner || caller.role >= .admin else { throw Problem.ownersOnly }
            try await RoomStore(transaction).delete(room)
            try await audit(
                ModerationRecord(
                    action: "room.deleted", caller: caller, address: address, target: .room(room.id),
                    details: ["name": .text(room.name)]), transaction)
            return room
        }
    }

    /// What joining did.
    struct Joined: Sendable {
        let room: Room
        /// The event of a new membership; nil for who was a member.
        let event: Committed?
    }

    /// Makes the caller a member: of a public room, or of a private one that it was invited to.
    func join(_ name: RoomName, by caller: Caller) async throws -> Joined {
        let seen = try await RoomStore(database).room(name, for: caller.userID)
        if let seen, seen.isMember { return Joined(room: seen, event: nil) }
        return try await database.transaction { transaction in
            guard let room = try await RoomStore(transaction).lockedRoom(name, for: caller.userID),
                !room.isPrivate || room.isVisible
            else { throw Problem.noSuchRoom }
            guard !room.isBanned else { throw Problem.roomBanned }
            guard !room.isMember else { return Joined(room: room, event: nil) }
            guard caller.status == .active else { throw Problem.suspended }
            try await MemberStore(transaction).add(caller.userID, to: room.conversation, readUpTo: room.lastSeq)
            try await InvitationStore(transaction).delete(of: caller.userID, to: room.conversation)
            let seq = try await ConversationLog.append(
                .membership, to: room.conversation, by: caller.userID,
                .membership(caller.userID, caller.username, "joined"), in: transaction)
            return Joined(room: room, event: Committed(conversation: room.conversation, seq: seq))
        }
    }

    /// Ends a membership in a room or a group. Gives nil where there is none.
    func leave(_ address: Address, by caller: Caller) async throws -> [Committed] {
        guard case .user = address else {
            let found = try await ConversationStore(database: database).readable(address, by: caller.userID)
            guard let found, found.isMember else { return [] }
            return try await leave(found, by: caller)
        }
        throw Problem.invalidCommand("A thread between two cannot be left; block the other one instead.")
    }

    private func leave(_ conversation: Conversation, by caller: Caller) async throws -> [Committed] {
        try await database.transaction { transaction in
            try await transaction.execute(
                "SELECT 1 FROM conversations WHERE id = $1 FOR NO KEY UPDATE", conversation.id)
            let members = MemberStore(transaction)
            guard let member = try await members.member(caller.userID, of: conversation.id), member.isMember else {
                return []
            }
            try await members.remove(caller.userID, from: conversation.id)
            let recipients = conversation.isRoom ? nil : conversation.recipients
            let seq = try await ConversationLog.append(
                .membership, to: conversation.id, by: caller.userID,
                .membership(caller.userID, caller.username, "left"), in: transaction)
            let left = Committed(conversation: conversation.id, seq: seq, recipients: recipients)
            guard member.role == .owner, let heir = try await members.passOwnership(of: conversation.id),
                let owner = try await members.member(heir, of: conversation.id)
            else { return [left] }
            let passed = try await ConversationLog.append(
                .membership, to: conversation.id, by: caller.userID,
                .membership(heir, owner.username, "role", ["role": .text("owner")]), in: transaction)
            return [left, Committed(conversation: conversation.id, seq: passed, recipients: recipients)]
        }
    }

    /// The room, locked, for a moderator of it.
    func moderated(_ name: RoomName, by caller: Caller, in transaction: Transaction) async throws -> Room {
        guard let room = try await RoomStore(transaction).lockedRoom(name, for: caller.userID), room.isVisible else {
            throw Problem.noSuchRoom
        }
        guard let role = room.role(of: caller), role >= .moderator else { throw Problem.notAllowed }
        return room
    }
}

extension RoomName {
    /// The name as the room spells it.
    fileprivate func renamed(_ spelling: String) -> RoomName { RoomName(spelling) ?? self }
}

extension JSONNode {
    /// The detail of a `membership` event.
    static func membership(
        _ user: Int, _ username: String, _ change: String, _ more: KeyValuePairs<String, JSONNode?> = [:]
    ) -> JSONNode {
        let node: JSONNode = .members(["user_id": .integer(user), "username": .text(username), "change": .text(change)])
        return .object(node.members + JSONNode.members(more).members)
    }
}

extension Problem {
    static let roomNameTaken = Problem(
        .conflict, code: "room_name_taken", "There is a room of this name.", fields: ["name": "is taken"])
    static let ownersOnly = Problem(.forbidden, code: "forbidden", "Only the room's owner may do that.")
}
