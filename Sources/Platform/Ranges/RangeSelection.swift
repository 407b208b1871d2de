package import Foundation

/// Which bytes of a representation a GET with `Range` asks for (RFC 9110 §14).
package enum RangeSelection: Hashable, Sendable {
    /// All of it, 200: there is no range, or one to be ignored.
    case whole
    /// These, 206: one as it is, several as ``MultipartByteRanges``, in the order asked for. Never empty, none overlap.
    case slices([Range<Int64>])
    /// 416, with ``unsatisfiedContentRange(size:)``.
    case unsatisfiable

    /// More ranges than this in one request are refused: honest clients ask for a few.
    package static let maximumSlices = 16

    /// - Parameters:
    ///   - range: the `Range` field. Only of GET: with other methods it is to be ignored (§14.2).
    ///   - ifRange: the `If-Range` field (§13.1.5).
    ///   - etag: of the present representation, with its quotes, as in the `ETag` field.
    ///   - lastModified: as in the `Last-Modified` field.
    ///   - size: bytes of the whole.
    package static func select(
        range: String?, ifRange: String? = nil, etag: String? = nil, lastModified: Date? = nil, size: Int64
    ) -> RangeSelection {
        guard let range, let specifications = ByteRangeSpecification.list(range),
            ifRange.map({ isCurrent($0, etag: etag, lastModified: lastModified) }) ?? true
        else { return .whole }
        guard specifications.count <= maximumSlices else { return .unsatisfiable }
        // The last bytes of nothing are all there is, and a 206 cannot say so.
        if size == 0, specifications.contains(where: \.isNonemptySuffix) { return .whole }
        let slices = specifications.compactMap { $0.slice(size: size) }
        let ascending = slices.sorted { $0.lowerBound < $1.lowerBound }
        let overlap = zip(ascending, ascending.dropFirst()).contains { $0.upperBound > $1.lowerBound }
        return slices.isEmpty || overlap ? .unsatisfiable : .slices(slices)
    }

    /// `bytes 0-99/1000`.
    package static func contentRange(_ slice: Range<Int64>, size: Int64) -> String {
        "bytes \(slice.lowerBound)-\(slice.upperBound - 1)/\(size)"
    }

    /// `bytes */1000`.
    package static func unsatisfiedContentRange(size: Int64) -> String { "bytes */\(size)" }

    /// The very same strong tag, or the very same date.
    private static func isCurrent(_ field: String, etag: String?, lastModified: Date?) -> Bool {
        let field = field.trimmingCharacters(in: .whitespaces)
        if let tag = EntityTag(field: field) {
            return etag.flatMap { EntityTag(field: $0) }?.matchesStrongly(tag) ?? false
        }
        guard let date = HTTPDate.date(field), let lastModified else { return false }
        return date.timeIntervalSince1970 == lastModified.timeIntervalSince1970.rounded(.down)
    }
}

/// One element of a `Range` field.
private enum ByteRangeSpecification {
    case from(first: Int64, last: Int64)
    case suffix(length: Int64)

    /// Nil if it is not `bytes=` and a list of well-formed ranges: such a field is ignored as a whole.
    static func list(_ field: String) -> [ByteRangeSpecification]? {
        let field = field.drop { $0 == " " || $0 == "\t" }
        guard field.utf8.count <= 4_096, field.prefix(6).lowercased() == "bytes=" else { return nil }
        var specifications: [ByteRangeSpecification] = []
        for element in field.dropFirst(6).split(separator: ",") {
            let text = element.trimmingCharacters(in: CharacterSet(charactersIn: " \t"))
            // Empty elements of a list do not count (§5.6.1.2).
            if text.isEmpty { continue }
            guard let specification = ByteRangeSpecification(text) else { return nil }
            specifications.append(specification)
        }
        return specifications.isEmpty ? nil : specifications
    }

    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        switch (parts[0].isEmpty, parts[1].isEmpty) {
        case (true, false):
            guard let length = Self.position(parts[1]) else { return nil }
            self = .suffix(length: length)
        case (false, true):
            guard let first = Self.position(parts[0]) else { return nil }
            self = .from(first: first, last: .max)
        case (false, false):
            guard let first = Self.position(parts[0]), let last = Self.position(parts[1]), first <= last else {
                return nil
            }
            self = .from(first: first, last: last)
        case (true, true):
            return nil
        }
    }

    var isNonemptySuffix: Bool {
        if case .suffix(let length) = self { length > 0 } else { false }
    }

    /// Nil if none of the bytes exists.
    func slice(size: Int64) -> Range<Int64>? {
        switch self {
        case .from(let first, let last): first < size ? first..<(min(last, size - 1) + 1) : nil
        case .suffix(let length): length > 0 && size > 0 ? max(0, size - length)..<size : nil
        }
    }

    /// A number that does not fit is past every end.
    private static func position(_ digits: Substring) -> Int64? {
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(digits) ?? .max
    }
}
