/// Where an event happened, as it is told to those who are there.
enum Place: Hashable, Sendable {
    case room(String)
    /// Between two accounts; the lower id first.
    case direct(Int, Int)
    case group(Int)

    /// The member that names it to this account.
    func member(for viewer: Int?) -> JSONNode.Member {
        switch self {
        case .room(let name): .init("room", .text(name))
        case .group(let id): .init("group", .integer(id))
        case .direct(let low, let high): .init("with", .integer(viewer == low ? high : low))
        }
    }
}
