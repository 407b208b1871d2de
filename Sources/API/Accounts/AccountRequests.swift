/// Body of `POST /auth/register`. Members are optional here so that one answer tells all that is missing.
struct RegistrationRequest: Decodable, Sendable {
    let username: String?
    let email: String?
    let password: String?
    /// A code from a member, where registering takes one.
    var invitation: String?
}

/// Body of `POST /auth/login`.
struct LoginRequest: Decodable, Sendable {
    let email: String?
    let password: String?
}

/// Body of `POST /auth/refresh`.
struct RefreshRequest: Decodable, Sendable {
    let refreshToken: String?
}
