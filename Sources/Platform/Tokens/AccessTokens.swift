package import Foundation
import JWTKit

/// Signs and checks access tokens: JSON Web Tokens (RFC 7519) with HS256 and nothing else.
package struct AccessTokens: Sendable {
    /// Life of a token, as `expires_in` tells it.
    package let lifetimeSeconds: Int
    private let keys = JWTKeyCollection()
    private let parser = DefaultJWTParser()

    /// - Parameter secret: `JWT_SECRET`, used as it stands, so that other programs that have it can check tokens.
    package init(secret: Secret, lifetimeSeconds: Int) async {
        self.lifetimeSeconds = lifetimeSeconds
        // HMAC pads keys with zeros anyhow (RFC 2104 §2); JWTKit wants 32 bytes to be there.
        var bytes = Array(secret.text.utf8)
        bytes += Array(repeating: 0, count: max(0, 32 - bytes.count))
        await keys.add(hmac: HMACKey(from: bytes), digestAlgorithm: .sha256)
    }

    /// A token that is good from `now` for ``lifetimeSeconds``.
    package func sign(
        userID: Int, username: String, role: Role, sessionID: Int, now: Date = Date()
    ) async throws -> String {
        let expiry = now.addingTimeInterval(Double(lifetimeSeconds))
        return try await sign(
            AccessClaims(
                userID: userID, username: username, role: role, sessionID: sessionID, issuedAt: now, expiresAt: expiry))
    }

    /// A token of these claims.
    package func sign(_ claims: AccessClaims) async throws -> String {
        try await keys.sign(claims)
    }

    /// Nil unless it was signed here with HS256, is whole and has not expired; whether session and account live is for
    /// the caller to check.
    package func verify(_ token: String, now: Date = Date()) async -> AccessClaims? {
        // Bounds the work that a stranger can ask for; ours have some 250 bytes.
        guard token.utf8.count <= 4_096 else { return nil }
        let bytes = Array(token.utf8)
        // The key decides the algorithm, never the token; one that claims another, or demands extensions, is refused.
        guard let header = try? parser.parse(bytes, as: AccessClaims.self).header,
            header.alg == "HS256", header.crit == nil,
            let claims = try? await keys.verify(bytes, as: AccessClaims.self), now < claims.expiresAt
        else { return nil }
        return claims
    }
}
