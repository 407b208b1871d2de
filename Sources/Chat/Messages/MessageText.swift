import Foundation
import HTTPTypes
import Platform

/// The text of a message: at most 4,000 characters, and something to see in it.
struct MessageText: Hashable, Sendable {
    /// Unicode code points.
    static let maximumLength = 4_000
    /// Names in one message that are told of it.
    private static let maximumMentions = 20

    let text: String

    /// - Parameter mayBeEmpty: whether attachments say enough.
    init(_ typed: String, mayBeEmpty: Bool = false) throws(Problem) {
        let scalars = typed.unicodeScalars
        guard scalars.count <= Self.maximumLength else {
            throw Problem(
                .contentTooLarge, code: "too_long", "A message has at most \(Self.maximumLength) characters.")
        }
        guard scalars.allSatisfy(Self.isShown) else {
            throw .invalidCommand("content must not contain control characters.")
        }
        guard mayBeEmpty || scalars.contains(where: { !$0.properties.isWhitespace }) else {
            throw .invalidCommand("content must not be empty.")
        }
        text = typed
    }

    /// Usernames behind an `@` that begins a word, in lower case, each once.
    static func mentions(in text: String) -> [String] {
        guard text.utf8.contains(UInt8(ascii: "@")) else { return [] }
        var found: [String] = []
        var before: Unicode.Scalar = " "
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst(), found.count < maximumMentions {
            defer { before = scalar }
            guard scalar == "@", !isOfName(before) else { continue }
            // A name may end in a dot, and so may a sentence; a name of that spelling is rare.
            let name = String(rest.prefix(while: isOfName)).trimmingSuffix(["."]).lowercased()
            if (3...50).contains(name.utf8.count), !found.contains(name) { found.append(name) }
        }
        return found
    }

    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory != .control || "\n\r\t".unicodeScalars.contains(scalar)
    }

    private static func isOfName(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", ".", "-": true
        default: false
        }
    }
}

extension String {
    fileprivate func trimmingSuffix(_ characters: Set<Character>) -> String {
        var text = self[...]
        while let last = text.last, characters.contains(last) { text.removeLast() }
        return String(text)
    }
}
