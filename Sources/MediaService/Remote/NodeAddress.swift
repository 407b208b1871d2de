internal import GRPCNIOTransportHTTP2Posix
internal import Media

/// Where a media node listens: `host:port`, `[address]:port` for IPv6.
package struct NodeAddress: Hashable, Sendable, CustomStringConvertible {
    let host: String
    let port: Int

    /// Nil for what is no host and port.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        else { return nil }
        let host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            self.host = String(host.dropFirst().dropLast())
        } else {
            guard !host.isEmpty, !host.contains(":") else { return nil }
            self.host = String(host)
        }
        self.port = port
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// To listen there.
    var local: SocketAddress {
        if host.contains(":") { return .ipv6(host: host, port: port) }
        return .ipv4(host: host == "localhost" ? "127.0.0.1" : host, port: port)
    }
}
