import Foundation
import Platform

/// What somebody typed into a search field, as words of letters and digits.
struct SearchWords: Hashable, Sendable {
    /// Longest text that is searched for, in Unicode code points.
    static let maximumLength = 200
    /// Further words are left out.
    static let maximumWords = 12

    /// The words, separated by single spaces; the database folds case and accents as it does what it searches.
    let text: String
    /// As it was typed, for what is looked up whole.
    let typed: String

    /// Nil when there is no word in it; 400 when it is too long or holds what no text can.
    init?(_ typed: String) throws(Problem) {
        guard typed.unicodeScalars.count <= Self.maximumLength, !typed.unicodeScalars.contains("\0") else {
            throw .invalid(["q": "must have at most \(Self.maximumLength) characters, none of them NUL"])
        }
        let folded = typed.precomposedStringWithCompatibilityMapping
        let words = folded.unicodeScalars.split { !Self.belongsToWord($0) }.prefix(Self.maximumWords)
        guard !words.isEmpty else { return nil }
        text = words.map(String.init).joined(separator: " ")
        self.typed = typed.trimmingCharacters(in: .whitespaces)
    }

    private static func belongsToWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark, .decimalNumber, .letterNumber, .otherNumber:
            true
        default: false
        }
    }
}
