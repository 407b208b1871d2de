import Foundation

/// Web origins (RFC 6454 §6.2): scheme, host and port, nothing after.
enum OriginText {
    /// As browsers send it: lower case, no default port, no slash at the end. Nil for what is no origin.
    static func normalised(_ text: String) -> String? {
        if text == "*" { return text }
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            scheme == "http" || scheme == "https", let host = parts.host?.lowercased(), !host.isEmpty,
            parts.path.isEmpty || parts.path == "/", parts.query == nil, parts.fragment == nil, parts.user == nil
        else { return nil }
        let standardPort = scheme == "http" ? 80 : 443
        let port = parts.port.flatMap { $0 == standardPort ? nil : ":\($0)" } ?? ""
        return "\(scheme)://\(host)\(port)"
    }
}
