import Foundation

/// Where a Redis server is: `redis://[user:][password@]host[:port]`, or `rediss://` for TLS.
package struct RedisAddress: Sendable {
    let host: String
    let port: Int
    let isEncrypted: Bool
    let user: String?
    let password: Secret?

    /// Nil for what is no such address.
    package init?(_ text: String) {
        guard let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty,
            parts.scheme == "redis" || parts.scheme == "rediss", parts.query == nil, parts.fragment == nil,
            // Messages go to all databases of a server alike.
            parts.path.isEmpty || Int(parts.path.dropFirst()) != nil || parts.path == "/"
        else { return nil }
        self.host = host.trimmingCharacters(in: ["[", "]"])
        port = parts.port ?? 6_379
        isEncrypted = parts.scheme == "rediss"
        user = parts.user.flatMap { $0.isEmpty ? nil : $0 }
        password = parts.password.map { Secret($0) }
    }

    /// What is said first; nil without a password.
    var authentication: [String]? {
        guard let password else { return nil }
        return ["AUTH"] + (user.map { [$0] } ?? []) + [password.text]
    }
}
