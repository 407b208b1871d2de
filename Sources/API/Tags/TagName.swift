import Foundation
import Postgres

/// A tag as it is stored and compared: NFKC, lower case, words joined by `-`, 1 to 50 code points.
package struct TagName: RawRepresentable, Hashable, Sendable, Codable, PostgresEncodable, PostgresDecodable {
    /// Longest name, in Unicode code points.
    package static let maximumLength = 50
    /// Most tags that one track carries.
    package static let maximumPerTrack = 20

    /// The normalised name.
    package let rawValue: String

    /// Normalises what a person typed; nil when nothing is left, it is too long, or holds control characters.
    package init?(_ typed: String) {
        let folded = typed.precomposedStringWithCompatibilityMapping.lowercased()
            .precomposedStringWithCompatibilityMapping
        let words = folded.unicodeScalars.split { $0.properties.isWhitespace }
        let name = words.map(String.init).joined(separator: "-")
        let scalars = name.unicodeScalars
        guard !scalars.isEmpty, scalars.count <= Self.maximumLength,
            !scalars.contains(where: { $0.properties.generalCategory == .control || $0 == "," })
        else { return nil }
        rawValue = name
    }

    /// A name that was normalised before (read from the database).
    package init(rawValue: String) { self.rawValue = rawValue }

    /// Normalises a list, dropping blanks and repetitions; nil when one is not a tag or there are too many.
    package static func list(_ typed: [String]) -> [TagName]? {
        var names: [TagName] = []
        for text in typed where !text.allSatisfy(\.isWhitespace) {
            guard let name = TagName(text) else { return nil }
            if !names.contains(name) { names.append(name) }
        }
        return names.count <= maximumPerTrack ? names : nil
    }
}
