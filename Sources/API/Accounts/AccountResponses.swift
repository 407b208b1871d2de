import Foundation
import Platform

/// `data` of `POST /auth/register`.
struct RegistrationResponse: Encodable, Sendable {
    let userID: Int
    let username: String
    let email: String
}

/// `data` of `POST /auth/login`.
struct LoginResponse: Encodable, Sendable {
    let accessToken: String
    let refreshToken: String
    /// Life of the access token in seconds.
    let expiresIn: Int
    let user: User

    struct User: Encodable, Sendable {
        let id: Int
        let username: String
        let email: String
        let role: Role
    }
}

/// `data` of `POST /auth/refresh`.
struct RefreshResponse: Encodable, Sendable {
    let accessToken: String
    /// The successor of the token that was shown.
    let refreshToken: String
    /// Life of the access token in seconds.
    let expiresIn: Int
}

/// `data` of `GET /auth/me` and of what changes the account.
struct ProfileResponse: Encodable, Sendable {
    let id: Int
    let username: String
    let email: String
    let emailVisible: Bool
    let emailVerified: Bool
    let role: Role
    let status: AccountStatus
    @Nullable var firstName: String?
    @Nullable var lastName: String?
    @Nullable var bio: String?
    @Nullable var avatar: String?
    let createdAt: Date
    let updatedAt: Date

    /// - Parameter avatarURL: the signed address of the picture.
    init(_ account: Account, avatarURL: String?) {
        id = account.id
        username = account.username
        email = account.email
        emailVisible = account.emailVisible
        emailVerified = account.emailVerified
        role = account.role
        status = account.status
        _firstName = Nullable(wrappedValue: account.firstName)
        _lastName = Nullable(wrappedValue: account.lastName)
        _bio = Nullable(wrappedValue: account.bio)
        _avatar = Nullable(wrappedValue: avatarURL)
        createdAt = account.createdAt
        updatedAt = account.updatedAt
    }
}
