import Foundation
import HTTPTypes
import NIOCore
import NIOFoundationCompat
import Platform

/// What a client may ask for (contract: chat).
enum Command: Sendable {
    case join(RoomName)
    case leave(Address)
    case message(Address, Draft)
    case history(Address, limit: Int, before: Int?)
    case resume(Address, after: Int, epoch: Int?)
    case edit(Int, MessageText)
    case delete(Int)
    case react(Int, Emoji, isAdded: Bool)
    case read(Address, seq: Int)
    case typing(Address)
    case presence(PresenceStatus)
    case ping(nonce: JSONNode?)

    /// Names of all commands, as `type` has them.
    static let types = [
        "join", "leave", "message", "dm", "room_history", "dm_history", "resume", "edit", "delete", "react", "unreact",
        "read", "typing", "presence", "ping",
    ]
    static let maximumHistory = 100

    /// A command, or why it is none, with the client's name for the message where it had one.
    struct Parsed: Sendable {
        let command: Result<Command, Problem>
        var clientID: String?
    }

    static func parse(_ text: ByteBuffer) -> Parsed {
        guard let fields = try? JSONDecoder().decode(CommandFields.self, from: Data(buffer: text)) else {
            return Parsed(command: .failure(.invalidCommand("A command is a JSON object with a type.")))
        }
        let clientID = try? Draft.clientID(fields)
        do throws(Problem) {
            return Parsed(command: .success(try command(fields)), clientID: clientID)
        } catch {
            return Parsed(command: .failure(error), clientID: clientID)
        }
    }

    private static func command(_ fields: CommandFields) throws(Problem) -> Command {
        switch try fields.text("type") {
        case "join": return .join(try room(fields))
        case "leave": return .leave(try Address(fields))
        case "message": return .message(.room(try room(fields)), try Draft(fields))
        case "dm":
            let address = try Address(fields, person: "to")
            if case .room = address { throw .invalidCommand("A dm is sent to a user or a group.") }
            return .message(address, try Draft(fields))
        case "room_history": return try history(.room(try room(fields)), fields)
        case "dm_history":
            let address = try Address(fields)
            if case .room = address { throw .invalidCommand("with is required.") }
            return try history(address, fields)
        case "resume":
            return .resume(
                try Address(fields), after: try fields.integer("after_seq", in: 0...Int.max) ?? 0,
                epoch: try fields.optional("epoch", Int.self, "a whole number"))
        case "edit": return .edit(try fields.id("id"), try MessageText(try fields.text("content")))
        case "delete": return .delete(try fields.id("id"))
        case "react": return .react(try fields.id("id"), try emoji(fields), isAdded: true)
        case "unreact": return .react(try fields.id("id"), try emoji(fields), isAdded: false)
        case "read": return .read(try Address(fields), seq: try fields.id("seq"))
        case "typing": return .typing(try Address(fields, person: "to"))
        case "presence": return .presence(try status(fields))
        case "ping": return .ping(nonce: try nonce(fields))
        case let type:
            throw Problem(
                .badRequest, code: "unknown_type",
                "There is no command \"\(String(type.prefix(50)))\"; there are \(types.joined(separator: ", ")).")
        }
    }

    private static func room(_ fields: CommandFields) throws(Problem) -> RoomName {
        try RoomName(asked: try fields.text("room"))
    }

    private static func history(_ address: Address, _ fields: CommandFields) throws(Problem) -> Command {
        .history(
            address, limit: try fields.integer("limit", in: 1...maximumHistory) ?? 50,
            before: try fields.optionalID("before_seq"))
    }

    private static func emoji(_ fields: CommandFields) throws(Problem) -> Emoji {
        guard let emoji = Emoji(try fields.text("emoji")) else {
            throw .invalidCommand("emoji must be one emoji, or a short name without spaces.")
        }
        return emoji
    }

    private static func status(_ fields: CommandFields) throws(Problem) -> PresenceStatus {
        guard let status = PresenceStatus(rawValue: try fields.text("status")) else {
            let known = PresenceStatus.allCases.map(\.rawValue).joined(separator: ", ")
            throw .invalidCommand("status must be one of \(known).")
        }
        return status
    }

    /// A text or a number, which comes back as it was.
    private static func nonce(_ fields: CommandFields) throws(Problem) -> JSONNode? {
        guard let nonce = try fields.optional("nonce", JSONNode.self, "a text or a whole number") else { return nil }
        switch nonce {
        case .text(let text) where text.utf8.count <= 200: return nonce
        case .integer: return nonce
        default: throw .invalidCommand("nonce must be a text of at most 200 bytes or a whole number.")
        }
    }
}
