package import HTTPTypes
package import Hummingbird

/// Every method and path that the router answers, to say 405 with `Allow`, and to hold the API's description against.
package struct RouteTable: Sendable {
    /// A path with `{name}` for captured parts, and its methods.
    package struct Entry: Sendable, Hashable {
        package let path: String
        package let method: HTTPRequest.Method
    }

    package let entries: [Entry]
    private let patterns: [(parts: [Substring], method: HTTPRequest.Method)]

    /// Reads the routes of a complete router.
    package init(_ router: Router<AppContext>) {
        entries = router.routes.map { Entry(path: $0.path.description, method: $0.method) }
        patterns = entries.map { ($0.path.split(separator: "/"), $0.method) }
    }

    /// The methods that a path answers to; none for an unknown path.
    package func methods(at path: String) -> [HTTPRequest.Method] {
        let parts = path.split(separator: "/")
        var found = Set(patterns.filter { Self.matches($0.parts, parts) }.map(\.method))
        if found.contains(.get) { found.insert(.head) }
        return found.sorted { $0.rawValue < $1.rawValue }
    }

    private static func matches(_ pattern: [Substring], _ parts: [Substring]) -> Bool {
        if pattern.last == "**" { return parts.starts(with: pattern.dropLast()) }
        return pattern.count == parts.count
            && zip(pattern, parts).allSatisfy { $0 == $1 || $0 == "*" || ($0.first == "{" && $0.last == "}") }
    }
}
