import Foundation

/// Where mail is handed in, and from whom: what `SMTP_URL` says, such as
/// `smtps://talas:secret@mail.example.org?from=talas@example.org`.
package struct MailServer: Hashable, Sendable {
    /// How the connection is protected.
    enum Protection: Hashable, Sendable {
        /// TLS from the first byte (RFC 8314).
        case implicit
        /// STARTTLS, without which nothing is sent (RFC 3207).
        case upgraded
        /// STARTTLS where the server offers it.
        case offered
        /// None.
        case none
    }

    let host: String
    let port: Int
    let protection: Protection
    let user: String?
    let password: Secret?
    /// The sender of what the server sends.
    let from: String

    /// Nil for what is no such address. `smtp://` means port 587 and STARTTLS, which only a server on this machine may
    /// do without; `?tls=none` gives it up. `smtps://` means port 465 and TLS from the start. `?from=` names the sender,
    /// else it is the user, where that is an address, or `talas@` the host.
    package init?(_ text: String) {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            scheme == "smtp" || scheme == "smtps", let host = parts.host, !host.isEmpty,
            parts.path.isEmpty || parts.path == "/", parts.fragment == nil
        else { return nil }
        var options: [String: String] = [:]
        for item in parts.queryItems ?? [] {
            guard ["from", "tls"].contains(item.name), let value = item.value else { return nil }
            options[item.name] = value
        }
        self.host = host
        user = parts.user.flatMap { $0.isEmpty ? nil : $0 }
        password = parts.password.map { Secret($0) }
        port = parts.port ?? (scheme == "smtps" ? 465 : 587)
        switch (scheme, options["tls"]) {
        case ("smtps", nil): protection = .implicit
        case ("smtp", "none"): protection = .none
        case ("smtp", nil):
            protection = ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host) ? .offered : .upgraded
        default: return nil
        }
        let sender = options["from"] ?? user.flatMap { $0.contains("@") ? $0 : nil } ?? "talas@\(host)"
        guard Self.isAddress(sender) else { return nil }
        from = sender
    }

    /// Only what would change the meaning of the protocol's lines is refused: the server knows its own address best.
    private static func isAddress(_ text: String) -> Bool {
        text.contains("@")
            && !text.unicodeScalars.contains { scalar in
                scalar.properties.isWhitespace || scalar.properties.generalCategory == .control || scalar == "<"
                    || scalar == ">"
            }
    }
}
