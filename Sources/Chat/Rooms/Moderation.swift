import Foundation
import HTTPTypes
import Platform
import Postgres

/// What is done to members by those who look after a room. Throws a ``Problem``; each is written to the audit log.
struct Moderation: Sendable {
    let rooms: RoomService
    private var database: Database { rooms.database }

    /// What became of a member.
    struct Outcome: Sendable {
        let member: MemberStore.Member
        let events: [Committed]
    }

    /// Changes a member's role, mutes or bans; what is left out stays.
    func change(
        _ target: Int, in name: RoomName, _ change: MemberChange, by caller: Caller, from address: String
    ) async throws -> Outcome {
        try await database.transaction { transaction in
            let room = try await rooms.moderated(name, by: caller, in: transaction)
            let members = MemberStore(transaction)
            let before = try await outranked(target, in: room, by: caller, members)
            var changes: [JSONNode] = []
            if let isBanned = change.banned, isBanned != before.isBanned {
                if isBanned {
                    try await members.remove(target, from: room.conversation, banned: true)
                } else {
                    try await members.unban(target, in: room.conversation)
                }
                changes.append(.membership(target, before.username, isBanned ? "banned" : "unbanned"))
            }
            if let until = change.mutedUntil {
                try await members.mute(target, in: room.conversation, until: until)
                changes.append(
                    .membership(
                        target, before.username, until == nil ? "unmuted" : "muted", ["muted_until": .time(until)]))
            }
            if let role = change.role, role != before.role {
                try await setRole(role, of: before, in: room, by: caller, members)
                changes.append(.membership(target, before.username, "role", ["role": .text(role.rawValue)]))
            }
            return try await finish(target, room, changes, by: caller, from: address, transaction)
        }
    }

    /// Ends somebody's membership; they may come again.
    func kick(_ target: Int, from name: RoomName, by caller: Caller, at address: String) async throws -> Outcome {
        try await database.transaction { transaction in
            let room = try await rooms.moderated(name, by: caller, in: transaction)
            let members = MemberStore(transaction)
            let before = try await outranked(target, in: room, by: caller, members)
            guard before.isMember else { throw Problem.noSuchMember }
            try await members.remove(target, from: room.conversation)
            return try await finish(
                target, room, [.membership(target, before.username, "kicked")], by: caller, from: address, transaction)
        }
    }

    /// Whom the caller outranks: in the room, or, as staff, on the whole server.
    private func outranked(
        _ target: Int, in room: Room, by caller: Caller, _ members: MemberStore
    ) async throws -> MemberStore.Member {
        guard target != caller.userID else {
            throw Problem(.badRequest, code: "invalid", "That is yourself: leave the room instead.")
        }
        guard let member = try await members.member(target, of: room.conversation) else { throw Problem.noSuchMember }
        let ownRole = room.isMember ? room.membership?.role ?? .member : .member
        let isStaff = caller.role >= .moderator && member.rank < caller.role
        guard isStaff || (ownRole >= .moderator && member.role < ownRole && member.rank <= max(caller.role, .user))
        else {
            throw Problem(.forbidden, code: "forbidden", "Nobody changes a member of their own rank or above.")
        }
        return member
    }

    private func setRole(
        _ role: MemberRole, of member: MemberStore.Member, in room: Room, by caller: Caller, _ members: MemberStore
    ) async throws {
        guard member.isMember else { throw Problem.noSuchMember }
        let isOwner = room.isMember && room.membership?.role == .owner
        guard isOwner || caller.role >= .admin else { throw Problem.ownersOnly }
        if role == .owner {
            guard isOwner else { throw Problem.ownersOnly }
            // There is one owner at a time.
            try await members.setRole(.moderator, of: caller.userID, in: room.conversation)
        }
        try await members.setRole(role, of: member.userID, in: room.conversation)
    }

    private func finish(
        _ target: Int, _ room: Room, _ changes: [JSONNode], by caller: Caller, from address: String,
        _ transaction: Transaction
    ) async throws -> Outcome {
        var events: [Committed] = []
        for change in changes {
            let seq = try await ConversationLog.append(
                .membership, to: room.conversation, by: caller.userID, change, in: transaction)
            events.append(Committed(conversation: room.conversation, seq: seq))
            try await rooms.audit(
                ModerationRecord(
                    action: "room.member", caller: caller, address: address, target: .room(room.id),
                    details: ["user_id": .integer(target), "change": change["change"] ?? .null]), transaction)
        }
        guard let after = try await MemberStore(transaction).member(target, of: room.conversation) else {
            throw Problem.noSuchMember
        }
        return Outcome(member: after, events: events)
    }
}

/// Body of `PUT /chat/rooms/:room/members/:user_id`.
struct MemberChange: Decodable, Sendable {
    let role: MemberRole?
    let banned: Bool?
    /// Null ends a mute.
    let mutedUntil: Date??

    private enum CodingKeys: String, CodingKey { case role, banned, mutedUntil }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        role = try container.decodeIfPresent(MemberRole.self, forKey: .role)
        banned = try container.decodeIfPresent(Bool.self, forKey: .banned)
        mutedUntil =
            container.contains(.mutedUntil) ? .some(try container.decodeIfPresent(Date.self, forKey: .mutedUntil)) : nil
    }
}

extension Problem {
    static let noSuchMember = Problem(.notFound, code: "not_found", "There is no such member of this room.")
}
