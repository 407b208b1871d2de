import Foundation
import Platform
import Postgres

/// What somebody is in a room or a group.
package enum MemberRole: String, Codable, Comparable, Sendable, CaseIterable, PostgresCodable {
    case member, moderator, owner

    private var rank: Int {
        switch self {
        case .member: 0
        case .moderator: 1
        case .owner: 2
        }
    }

    package static func < (left: MemberRole, right: MemberRole) -> Bool { left.rank < right.rank }
}

/// A room, as one account sees it.
struct Room: Sendable {
    let id: Int
    let conversation: Int
    let name: String
    let description: String?
    let isPrivate: Bool
    let memberCount: Int
    let createdAt: Date
    let slowModeSeconds: Int
    let retentionDays: Int?
    let lastSeq: Int
    /// What the account is there; nil where it never was a member.
    let membership: Membership?
    let isInvited: Bool

    /// An account's row in a conversation's list, which stays when it leaves.
    struct Membership: Sendable {
        let isMember: Bool
        let isBanned: Bool
        let role: MemberRole
        let mutedUntil: Date?
        let lastReadSeq: Int
        let notifications: String
        let silencedUntil: Date?
    }

    /// What ``init(row:)`` reads, of `rooms r`, for the account in parameter `$N`.
    static func selection(viewer parameter: String) -> String {
        """
        SELECT r.id, r.conversation_id, r.name, r.description, r.is_private, r.created_at, r.slow_mode_seconds,
          r.retention_days, c.last_seq,
          (SELECT count(*) FROM conversation_members x WHERE x.conversation_id = c.id AND x.is_member) AS member_count,
          v.is_member, v.is_banned, v.role, v.muted_until, v.last_read_seq, v.notifications, v.silenced_until,
          EXISTS (SELECT FROM room_invitations i WHERE i.conversation_id = c.id AND i.user_id = \(parameter)) AS is_invited
        FROM rooms r JOIN conversations c ON c.id = r.conversation_id
        LEFT JOIN conversation_members v ON v.conversation_id = c.id AND v.user_id = \(parameter)
        """
    }

    @Sendable init(row: Row) throws(PostgresError) {
        id = try row.decode("id")
        conversation = try row.decode("conversation_id")
        name = try row.decode("name")
        description = try row.decode("description")
        isPrivate = try row.decode("is_private")
        memberCount = try row.decode("member_count")
        createdAt = try row.decode("created_at")
        slowModeSeconds = try row.decode("slow_mode_seconds")
        retentionDays = try row.decode("retention_days")
        lastSeq = try row.decode("last_seq")
        isInvited = try row.decode("is_invited")
        let isMember: Bool? = try row.decode("is_member")
        membership =
            if let isMember {
                Membership(
                    isMember: isMember, isBanned: try row.decode("is_banned"), role: try row.decode("role"),
                    mutedUntil: try row.decode("muted_until"), lastReadSeq: try row.decode("last_read_seq"),
                    notifications: try row.decode("notifications"), silencedUntil: try row.decode("silenced_until"))
            } else {
                nil
            }
    }

    var isMember: Bool { membership?.isMember == true }
    var isBanned: Bool { membership?.isBanned == true }

    /// Whether the account may know of it.
    var isVisible: Bool { !isPrivate || isMember || (isInvited && !isBanned) }
    /// Whether it may read what is said there.
    var isReadable: Bool { isMember || (!isPrivate && !isBanned) }

    /// What an account may do there: moderators of the whole server are moderators of every public room, and of those they
    /// are in.
    func role(of caller: Caller) -> MemberRole? {
        let own = isMember ? membership?.role : nil
        guard caller.role >= .moderator, isMember || !isPrivate else { return own }
        return max(own ?? .moderator, .moderator)
    }

    /// As the REST API shows it.
    var record: JSONNode {
        .members([
            "id": .integer(id), "name": .text(name), "description": description.map { .text($0) } ?? .null,
            "is_private": .bool(isPrivate), "member_count": .integer(memberCount), "created_at": .time(createdAt),
            "slow_mode_seconds": .integer(slowModeSeconds),
            "retention_days": retentionDays.map { .integer($0) } ?? .null,
            "last_seq": .integer(lastSeq), "joined": .bool(isMember),
            "role": isMember ? .text(membership?.role.rawValue) ?? .null : .null,
            "notifications": isMember ? .text(membership?.notifications) : nil,
            "silenced_until": isMember ? membership?.silencedUntil.map { .time($0) } ?? .null : nil,
        ])
    }
}
