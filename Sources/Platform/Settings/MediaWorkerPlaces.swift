import Foundation

/// Where media is decoded and encoded.
package enum MediaWorkerPlaces: Hashable, Sendable {
    /// In so many processes of this machine.
    case processes(Int)
    /// On media nodes, each as `host:port`.
    case nodes([String])

    /// Most processes that may be asked for.
    private static let maximumProcesses = 1_024

    /// Nil for what is neither a number nor a list of nodes.
    init?(_ text: String) {
        if let count = Int(text) {
            guard (1...Self.maximumProcesses).contains(count) else { return nil }
            self = .processes(count)
            return
        }
        let nodes = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        guard !nodes.isEmpty, nodes.allSatisfy(Self.isHostAndPort) else { return nil }
        self = .nodes(nodes)
    }

    /// How `MEDIA_WORKERS` says it.
    var text: String {
        switch self {
        case .processes(let count): String(count)
        case .nodes(let nodes): nodes.joined(separator: ",")
        }
    }

    /// `host:port`, or `[address]:port` of IPv6.
    static func isHostAndPort(_ text: String) -> Bool {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        else { return false }
        let host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { return host.count > 2 }
        return !host.isEmpty && !host.contains { $0.isWhitespace || $0 == "/" || $0 == ":" }
    }
}
