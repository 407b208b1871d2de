import HTTPTypes
import Platform

/// Something shared with a message, by its id.
package struct Attachment: Codable, Hashable, Sendable {
    package enum Kind: String, Codable, Sendable, CaseIterable {
        case track, file
    }

    package let type: Kind
    package let id: Int

    var node: JSONNode { .members(["type": .text(type.rawValue), "id": .integer(id)]) }
}

/// A message as it is asked to be sent.
struct Draft: Sendable {
    static let maximumAttachments = 10
    /// Unicode code points of a client's own name for its message.
    static let maximumClientIDLength = 100

    let text: MessageText
    let clientID: String?
    let replyTo: Int?
    let attachments: [Attachment]

    init(_ fields: CommandFields) throws(Problem) {
        clientID = try Self.clientID(fields)
        replyTo = try fields.optionalID("reply_to")
        attachments =
            try fields.optional(
                "attachments", [Attachment].self,
                "a list of {type, id}, of the types \(Attachment.Kind.allCases.map(\.rawValue).joined(separator: " and "))"
            ) ?? []
        guard attachments.count <= Self.maximumAttachments else {
            throw .invalidCommand("attachments has at most \(Self.maximumAttachments) entries.")
        }
        guard attachments.allSatisfy({ $0.id > 0 }) else { throw .invalidCommand("attachments must have ids from 1.") }
        let typed = try fields.optional("content", String.self, "a text")
        guard typed != nil || !attachments.isEmpty else { throw .invalidCommand("content is required.") }
        text = try MessageText(typed ?? "", mayBeEmpty: !attachments.isEmpty)
    }

    static func clientID(_ fields: CommandFields) throws(Problem) -> String? {
        guard let clientID = try fields.optional("client_id", String.self, "a text") else { return nil }
        guard (1...maximumClientIDLength).contains(clientID.unicodeScalars.count),
            clientID.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else { throw .invalidCommand("client_id must have 1 to \(maximumClientIDLength) characters.") }
        return clientID
    }
}
