import Foundation
import Platform

/// The name of a room: 1 to 100 characters in Unicode's form NFC, no control characters, `/` or leading and trailing
/// spaces, not all digits. Two that differ in case only are the same.
struct RoomName: Hashable, Sendable {
    static let maximumLength = 100

    let text: String
    /// The same for all spellings of it; names are unique by this.
    let folded: String

    /// A name for a new room; nil where it cannot be one.
    init?(_ typed: String) {
        let text = typed.precomposedStringWithCanonicalMapping
        let scalars = text.unicodeScalars
        guard (1...Self.maximumLength).contains(scalars.count), scalars.allSatisfy(Self.isAllowed),
            text.first?.isWhitespace == false, text.last?.isWhitespace == false,
            !scalars.allSatisfy({ ("0"..."9").contains($0) })
        else { return nil }
        self.text = text
        folded = text.lowercased().precomposedStringWithCanonicalMapping
    }

    /// A name that is asked for; what can be none names no room.
    init(asked text: String) throws(Problem) {
        guard let name = RoomName(text) else { throw .noSuchRoom }
        self = name
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .surrogate: false
        default: scalar != "/" && !TextDirection.isOverride(scalar)
        }
    }
}

/// Characters that turn the direction of text around and make one name look like another (Unicode Standard Annex #9).
enum TextDirection {
    static func isOverride(_ scalar: Unicode.Scalar) -> Bool {
        (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
    }
}
