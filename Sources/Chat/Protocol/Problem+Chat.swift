import HTTPTypes
import Platform

/// Refusals of the chat, the same over sockets and REST.
extension Problem {
    static let noSuchRoom = Problem(.notFound, code: "not_found", "There is no such room.")
    static let noSuchMessage = Problem(.notFound, code: "not_found", "There is no such message.")
    static let noSuchUser = Problem(.notFound, code: "not_found", "There is no such user.")
    static let noSuchGroup = Problem(.notFound, code: "not_found", "There is no such group.")
    static let notJoined = Problem(.forbidden, code: "not_joined", "Join this room first.")
    static let notAllowed = Problem(.forbidden, code: "forbidden", "Only moderators of this room may do that.")
    static let roomBanned = Problem(.forbidden, code: "banned", "You are banned from this room.")
    static let muted = Problem(.forbidden, code: "muted", "You are muted here for now.")
    static let blockedUser = Problem(.forbidden, code: "blocked", "You and this user cannot write to each other.")
    static let otherMessage = Problem(
        .conflict, code: "conflict", "This client_id names another message: give each message one of its own.")
    static let noReplyTarget = Problem(
        .badRequest, code: "invalid", "reply_to must be a message of the same conversation that is still there.")

    static func slowMode(_ seconds: Int) -> Problem {
        Problem(
            .tooManyRequests, code: "slow_mode", "This room is in slow mode: write again in \(max(1, seconds)) s.",
            retryAfterSeconds: seconds)
    }

    static func rateLimited(_ seconds: Int) -> Problem {
        Problem(
            .tooManyRequests, code: "rate_limited", "That was too much at once: try again in \(max(1, seconds)) s.",
            retryAfterSeconds: seconds)
    }

    /// What a socket is told of an error that is none of the client's.
    static let chatUnavailable = Problem(
        .serviceUnavailable, code: "unavailable", "The chat does not answer right now. Send it again in a moment.",
        retryAfterSeconds: 2)
}
