import Foundation
import Platform

/// What a reaction shows: one character, such as an emoji with all its modifiers, or a short name.
struct Emoji: Hashable, Sendable {
    /// Unicode code points.
    static let maximumLength = 32

    let text: String

    init?(_ typed: String) {
        let text = typed.precomposedStringWithCanonicalMapping
        let scalars = text.unicodeScalars
        guard (1...Self.maximumLength).contains(scalars.count),
            scalars.allSatisfy({ !$0.properties.isWhitespace && $0.properties.generalCategory != .control }),
            !scalars.contains(where: TextDirection.isOverride)
        else { return nil }
        let isName = scalars.allSatisfy { $0.properties.isAlphabetic || "0123456789_-+".unicodeScalars.contains($0) }
        guard text.count == 1 || isName else { return nil }
        self.text = text
    }
}
