import Foundation
import NIOHTTP1
import Synchronization

/// Which pages may open a socket: a browser names the origin of the page that asks (RFC 6455 §10.2), and since the token may be in
/// the address, the page has to be one of ours or of `CORS_ALLOWED_ORIGINS`.
package final class OriginRules: Sendable {
    private let allowed: Set<String>
    /// Ports of this node's listeners.
    private let ports = Mutex<Set<Int>>([])

    /// - Parameter allowed: as `CORS_ALLOWED_ORIGINS` has them; `*` allows all.
    package init(allowed: [String]) { self.allowed = Set(allowed) }

    /// Notes a port on which pages or sockets of this node are served.
    package func serves(port: Int) { ports.withLock { _ = $0.insert(port) } }

    /// No origin is no page. Of the same host name as `Host`, those are good whose port is that of `Host` or of one of our
    /// listeners.
    func allows(_ head: HTTPRequestHead) -> Bool {
        let origins = head.headers["origin"]
        guard let origin = origins.first else { return true }
        guard origins.count == 1 else { return false }
        if allowed.contains("*") || allowed.contains(origin) { return true }
        guard let page = URLComponents(string: origin), let scheme = page.scheme, let name = page.host,
            ["http", "https"].contains(scheme), let host = head.headers.first(name: "host"),
            let own = URLComponents(string: "\(scheme)://\(host)"), own.host?.lowercased() == name.lowercased()
        else { return false }
        let standard = scheme == "https" ? 443 : 80
        let port = page.port ?? standard
        return port == own.port ?? standard || ports.withLock { $0.contains(port) }
    }
}
