package import Foundation
package import JWTKit

/// What an access token says.
package struct AccessClaims: Hashable, Sendable {
    package let userID: Int
    package let username: String
    package let role: Role
    /// The session that it belongs to, and ends with.
    package let sessionID: Int
    /// Whole seconds, as ``expiresAt``.
    package let issuedAt: Date
    package let expiresAt: Date

    /// Times are cut to whole seconds.
    package init(userID: Int, username: String, role: Role, sessionID: Int, issuedAt: Date, expiresAt: Date) {
        self.userID = userID
        self.username = username
        self.role = role
        self.sessionID = sessionID
        self.issuedAt = Date(timeIntervalSince1970: issuedAt.timeIntervalSince1970.rounded(.down))
        self.expiresAt = Date(timeIntervalSince1970: expiresAt.timeIntervalSince1970.rounded(.down))
    }
}

extension AccessClaims: JWTPayload {
    private enum CodingKeys: String, CodingKey {
        case userID = "user_id"
        case username
        case role
        case sessionID = "sid"
        case issuedAt = "iat"
        case expiresAt = "exp"
    }

    // Times are written by hand as integers, whatever the coder makes of dates: JWTKit's default writes fractions,
    // which not everybody reads.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            userID: container.decode(Int.self, forKey: .userID),
            username: container.decode(String.self, forKey: .username),
            role: container.decode(Role.self, forKey: .role),
            sessionID: container.decode(Int.self, forKey: .sessionID),
            issuedAt: Date(timeIntervalSince1970: Double(container.decode(Int.self, forKey: .issuedAt))),
            expiresAt: Date(timeIntervalSince1970: Double(container.decode(Int.self, forKey: .expiresAt))))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(userID, forKey: .userID)
        try container.encode(username, forKey: .username)
        try container.encode(role, forKey: .role)
        try container.encode(sessionID, forKey: .sessionID)
        try container.encode(Int(issuedAt.timeIntervalSince1970), forKey: .issuedAt)
        try container.encode(Int(expiresAt.timeIntervalSince1970), forKey: .expiresAt)
    }

    /// Nothing: ``AccessTokens/verify(_:now:)`` looks at the clock, which it is given.
    package func verify(using algorithm: some JWTAlgorithm) {}
}
