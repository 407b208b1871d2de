import HTTPTypes
import Platform
import Postgres

/// What these routes refuse, and how.
extension Problem {
    static let wrongCredentials = Problem(
        .unauthorized, code: "invalid_credentials", "The e-mail address or the password is wrong.",
        headers: [.wwwAuthenticate: "Bearer"])

    static let refreshTokenInvalid = Problem(
        .unauthorized, code: "invalid_refresh_token",
        "This refresh token is unknown, expired or revoked; sign in again.",
        headers: [.wwwAuthenticate: "Bearer"])

    static let refreshTokenReused = Problem(
        .unauthorized, code: "refresh_token_reused",
        "This refresh token was replaced by a newer one, so its session was ended; sign in again.",
        headers: [.wwwAuthenticate: "Bearer"])

    static let registrationClosed = Problem(
        .forbidden, code: "registration_closed",
        "Nobody can register here; an administrator can make an account for you.")

    static let registrationByInvitation = Problem(
        .forbidden, code: "registration_by_invitation",
        "Registering here takes an invitation; ask a member for one.")

    static let invitationInvalid = Problem(
        .forbidden, code: "invalid_invitation",
        "This invitation is unknown, has expired or was used already; ask for another.",
        fields: ["invitation": "is not valid"])

    static let emailTaken = Problem(
        .conflict, code: "email_taken", "An account with this e-mail address exists already.",
        fields: ["email": "is taken"])

    /// 409 with the field whose value is taken; nil when that is not what happened.
    static func duplicateAccount(_ error: PostgresError) -> Problem? {
        guard error.code == .uniqueViolation else { return nil }
        switch error.constraint {
        case "users_email_key", "users_email_lower_key":
            return .emailTaken
        case "users_username_key", "users_username_lower_key":
            return Problem(
                .conflict, code: "username_taken", "An account with this username exists already.",
                fields: ["username": "is taken"])
        default: return nil
        }
    }

    /// What the client is told when a password could not be checked.
    init(_ error: PasswordError) {
        switch error {
        case .busy, .stopped:
            self.init(.serviceUnavailable, code: "busy", error.description, retryAfterSeconds: 2)
        case .hashing:
            self.init(
                .serviceUnavailable, code: "busy", "The server has no memory left for this; try again in a minute.",
                retryAfterSeconds: 60)
        }
    }
}
