package import Foundation
import Synchronization

/// How JSON is written and read everywhere: `snake_case` keys, RFC 3339 times in UTC, keys in a fixed order so that
/// equal values give equal bytes (and ETags) on every node.
package enum JSONCoding {
    /// An encoder for one value; encoders are not shared between threads.
    package static func encoder() -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        encoder.keyEncodingStrategy = .custom { Key(snakeCase($0.last?.stringValue ?? "")) }
        return encoder
    }

    /// A decoder for one value.
    package static func decoder() -> JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        decoder.keyDecodingStrategy = .custom { Key(camelCase($0.last?.stringValue ?? "")) }
        return decoder
    }

    /// `trackIDs` → `track_ids`, `fileURL` → `file_url`; what is `snake_case` already stays.
    package static func snakeCase(_ name: String) -> String {
        snakeNames.withLock { known in
            if let found = known[name] { return found }
            let made = makeSnakeCase(name)
            // Names come from our own types, so the table is as small as they are; the bound guards against surprises.
            if known.count < 4_096 { known[name] = made }
            return made
        }
    }

    /// `track_ids` → `trackIDs`, `file_url` → `fileURL`.
    package static func camelCase(_ name: String) -> String {
        let words = name.split(separator: "_", omittingEmptySubsequences: false)
        guard words.count > 1, !words.contains("") else { return name }
        return words.dropFirst().reduce(into: String(words[0])) { result, word in
            switch word {
            case "id": result += "ID"
            case "ids": result += "IDs"
            case "url": result += "URL"
            default: result += word.prefix(1).uppercased() + word.dropFirst()
            }
        }
    }

    private static let snakeNames = Mutex<[String: String]>([:])

    private static func makeSnakeCase(_ name: String) -> String {
        let characters = Array(name.replacing("IDs", with: "Ids"))
        var result = ""
        for (index, character) in characters.enumerated() {
            let afterLower = index > 0 && !characters[index - 1].isUppercase && characters[index - 1] != "_"
            let beforeLower = index + 1 < characters.count && characters[index + 1].isLowercase
            if character.isUppercase, index > 0, afterLower || (beforeLower && characters[index - 1].isUppercase) {
                result += "_"
            }
            result += character.lowercased()
        }
        return result
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

/// An optional member that is written as `null` rather than left out.
@propertyWrapper
package struct Nullable<Value: Codable & Sendable>: Codable, Sendable {
    package var wrappedValue: Value?

    package init(wrappedValue: Value?) { self.wrappedValue = wrappedValue }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        wrappedValue = container.decodeNil() ? nil : try container.decode(Value.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let wrappedValue { try container.encode(wrappedValue) } else { try container.encodeNil() }
    }
}
