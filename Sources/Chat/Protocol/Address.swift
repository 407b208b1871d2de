import Platform

/// What a command is about: a room by its name, the thread with somebody, or a group.
enum Address: Hashable, Sendable {
    case room(RoomName)
    case user(Int)
    case group(Int)

    /// Reads `room`, `with` or `group`, of which a command has one.
    /// - Parameter person: what the member for somebody is called: `with`, `to`.
    init(_ fields: CommandFields, person: String = "with") throws(Problem) {
        let room = try fields.optional("room", String.self, "a text")
        let user = try fields.optionalID(person)
        let group = try fields.optionalID("group")
        switch (room, user, group) {
        case (let room?, nil, nil): self = .room(try RoomName(asked: room))
        case (nil, let user?, nil): self = .user(user)
        case (nil, nil, let group?): self = .group(group)
        default: throw .invalidCommand("Name one of room, \(person) and group.")
        }
    }

    /// The member that names it in an answer.
    var member: JSONNode.Member {
        switch self {
        case .room(let name): .init("room", .text(name.text))
        case .user(let id): .init("with", .integer(id))
        case .group(let id): .init("group", .integer(id))
        }
    }
}
