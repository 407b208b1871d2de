package import Foundation
package import NIOCore

/// A JSON value whose members keep their order: what the protocol's events and the REST answers are made of.
package enum JSONNode: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int)
    case text(String)
    case list([JSONNode])
    case object([Member])

    /// One name and its value.
    package struct Member: Sendable, Equatable {
        package let name: String
        package let value: JSONNode

        package init(_ name: String, _ value: JSONNode) {
            self.name = name
            self.value = value
        }
    }

    /// Members in this order; those without a value are left out.
    package static func members(_ members: KeyValuePairs<String, JSONNode?>) -> JSONNode {
        .object(members.compactMap { name, value in value.map { Member(name, $0) } })
    }

    /// The members of an object; none of anything else.
    package var members: [Member] {
        if case .object(let members) = self { members } else { [] }
    }

    /// The value under a name; nil where there is none.
    package subscript(name: String) -> JSONNode? { members.first { $0.name == name }?.value }

    /// An RFC 3339 time in whole seconds of UTC.
    package static func time(_ date: Date) -> JSONNode { .text(date.formatted(.iso8601)) }

    package static func time(_ date: Date?) -> JSONNode? { date.map { time($0) } }
    package static func text(_ text: String?) -> JSONNode? { text.map { .text($0) } }
    package static func integer(_ number: Int?) -> JSONNode? { number.map { .integer($0) } }

    /// Reads JSON text; nil where it is none.
    package init?(parsing text: String) {
        guard let node = try? JSONDecoder().decode(JSONNode.self, from: Data(text.utf8)) else { return nil }
        self = node
    }

    /// Writes the value as JSON text.
    package func write(into buffer: inout ByteBuffer) {
        switch self {
        case .null: buffer.writeStaticString("null")
        case .bool(let value): buffer.writeString(value ? "true" : "false")
        case .integer(let value): buffer.writeString(String(value))
        case .text(let value): Self.write(value, into: &buffer)
        case .list(let values):
            buffer.writeStaticString("[")
            for (index, value) in values.enumerated() {
                if index > 0 { buffer.writeStaticString(",") }
                value.write(into: &buffer)
            }
            buffer.writeStaticString("]")
        case .object(let members):
            buffer.writeStaticString("{")
            for (index, member) in members.enumerated() {
                if index > 0 { buffer.writeStaticString(",") }
                Self.write(member.name, into: &buffer)
                buffer.writeStaticString(":")
                member.value.write(into: &buffer)
            }
            buffer.writeStaticString("}")
        }
    }

    /// A JSON string (RFC 8259 §7): quotes, backslashes and controls are escaped, the rest is UTF-8.
    private static func write(_ text: String, into buffer: inout ByteBuffer) {
        buffer.writeStaticString("\"")
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C }) {
            buffer.writeString(text)
        } else {
            for byte in text.utf8 {
                switch byte {
                case 0x22: buffer.writeStaticString("\\\"")
                case 0x5C: buffer.writeStaticString("\\\\")
                case 0x0A: buffer.writeStaticString("\\n")
                case 0x0D: buffer.writeStaticString("\\r")
                case 0x09: buffer.writeStaticString("\\t")
                case ..<0x20: buffer.writeString("\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16))
                default: buffer.writeInteger(byte)
                }
            }
        }
        buffer.writeStaticString("\"")
    }
}

extension JSONNode: Codable {
    package init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: Key.self) {
            // Foundation does not tell the order of members.
            self = .object(
                try container.allKeys.sorted { $0.stringValue < $1.stringValue }.map { key in
                    Member(key.stringValue, try container.decode(JSONNode.self, forKey: key))
                })
            return
        }
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int.self) {
            self = .integer(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else {
            self = .list(try container.decode([JSONNode].self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        switch self {
        case .object(let members):
            var container = encoder.container(keyedBy: Key.self)
            for member in members { try container.encode(member.value, forKey: Key(member.name)) }
        case .list(let values):
            var container = encoder.unkeyedContainer()
            for value in values { try container.encode(value) }
        case .null:
            var container = encoder.singleValueContainer()
            try container.encodeNil()
        case .bool(let value):
            var container = encoder.singleValueContainer()
            try container.encode(value)
        case .integer(let value):
            var container = encoder.singleValueContainer()
            try container.encode(value)
        case .text(let value):
            var container = encoder.singleValueContainer()
            try container.encode(value)
        }
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
