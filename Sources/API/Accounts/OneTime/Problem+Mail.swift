import HTTPTypes
import Platform

extension Problem {
    /// 403 where the operator has set no mail server.
    static let mailDisabled = Problem(
        .forbidden, code: "email_disabled",
        "This server sends no e-mail; an administrator can give you a link to set a new password.")

    static let mailBusy = Problem(
        .serviceUnavailable, code: "mail_busy", "Too many messages are waiting to be sent; try again in a minute.",
        retryAfterSeconds: 60)

    /// 400 for what was sent by mail or handed over once.
    static let invalidLink = Problem(
        .badRequest, code: "invalid_token",
        "This link is unknown, has expired or was used already: ask for a new one.", fields: ["token": "is not valid"])
}
