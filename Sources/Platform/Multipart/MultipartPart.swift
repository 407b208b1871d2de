import Foundation

/// The head of one part of a form.
package struct MultipartPart: Hashable, Sendable {
    /// Name of the form's field.
    package let name: String
    /// What the client calls the file, exactly as sent: it may hold folders, `..`, control characters. Nil for a field.
    package let sentFileName: String?
    /// `Content-Type` of the part as sent, without parameters.
    package let contentType: String?

    /// Longest ``fileName``, as most file systems have it.
    private static let maximumFileNameBytes = 255

    /// ``sentFileName`` fit to be shown and stored in a database: without folders and control characters, at most 255
    /// bytes, its extension kept. Nil when nothing is left.
    package var fileName: String? { sentFileName.flatMap(Self.displayedFileName) }

    /// A file's name that a client sent, be it in a form or elsewhere, made as harmless as ``fileName`` is.
    package static func displayedFileName(_ sentFileName: String) -> String? {
        let last = sentFileName.unicodeScalars.split { $0 == "/" || $0 == "\\" }.last ?? Substring.UnicodeScalarView()
        let visible = String(String.UnicodeScalarView(last.filter { !isControl($0) }))
            .trimmingCharacters(in: .whitespacesAndNewlines)
        guard !visible.isEmpty, visible != ".", visible != ".." else { return nil }
        return shortened(visible)
    }

    /// Controls, and what turns the direction of the text around it, which makes `exe.gpj` of `jpg.exe`.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
        }
    }

    /// Cuts the stem, between characters.
    private static func shortened(_ name: String) -> String {
        guard name.utf8.count > maximumFileNameBytes else { return name }
        let dot = name.lastIndex(of: ".") ?? name.endIndex
        // An extension that is not short is none.
        let suffix = name[dot...].utf8.count <= 16 ? name[dot...] : ""
        var stem = name[..<(suffix.isEmpty ? name.endIndex : dot)]
        while stem.utf8.count + suffix.utf8.count > maximumFileNameBytes { stem.removeLast() }
        return String(stem + suffix)
    }
}
