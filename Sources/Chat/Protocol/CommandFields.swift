import Foundation
import HTTPTypes
import Platform

/// The members of a command as they came: each is asked for by its name and type, and a wrong one is a refusal that names it.
struct CommandFields: Decodable {
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private let container: KeyedDecodingContainer<Key>

    init(from decoder: any Decoder) throws { container = try decoder.container(keyedBy: Key.self) }

    /// Nil where the member is missing or null.
    func optional<Value: Decodable>(_ name: String, _ type: Value.Type, _ kind: String) throws(Problem) -> Value? {
        guard container.contains(Key(name)) else { return nil }
        do {
            return try container.decodeIfPresent(type, forKey: Key(name))
        } catch {
            throw .invalidCommand("\(name) must be \(kind).")
        }
    }

    func text(_ name: String) throws(Problem) -> String {
        guard let text = try optional(name, String.self, "a text") else {
            throw .invalidCommand("\(name) is required.")
        }
        return text
    }

    /// A whole number from 1: an id or a sequence number.
    func id(_ name: String) throws(Problem) -> Int {
        guard let id = try optionalID(name) else { throw .invalidCommand("\(name) is required.") }
        return id
    }

    func optionalID(_ name: String) throws(Problem) -> Int? {
        guard let id = try optional(name, Int.self, "a whole number") else { return nil }
        guard id > 0 else { throw .invalidCommand("\(name) must be at least 1.") }
        return id
    }

    func integer(_ name: String, in bounds: ClosedRange<Int>) throws(Problem) -> Int? {
        guard let value = try optional(name, Int.self, "a whole number") else { return nil }
        guard bounds.contains(value) else {
            throw .invalidCommand("\(name) must be from \(bounds.lowerBound) to \(bounds.upperBound).")
        }
        return value
    }
}

extension Problem {
    /// A command that is not one of the protocol's, or not as it should be.
    static func invalidCommand(_ sentence: String) -> Problem { Problem(.badRequest, code: "invalid", sentence) }
}
