import HTTPTypes
import Platform

/// Keeps people from having others' mailboxes filled: a few messages are free, then each costs a longer wait.
struct MailLimits: Sendable {
    private let recipients = AttemptLimiter(freeAttempts: 3, firstDelay: .seconds(60), longestDelay: .seconds(3_600))
    private let addresses = AttemptLimiter(freeAttempts: 20, firstDelay: .seconds(10), longestDelay: .seconds(3_600))

    /// Counts one message to `email`, asked for from `address`. Throws 429, for unknown accounts just as for others.
    func admit(_ email: String, from address: String) throws(Problem) {
        let email = email.lowercased()
        if let delay = [recipients.delay(for: email), addresses.delay(for: address)].compactMap(\.self).max() {
            throw Problem(
                .tooManyRequests, code: "too_many_messages",
                "Too many messages were asked for; look into your mailbox, or wait before you try again.",
                retryAfterSeconds: Int(delay.components.seconds) + 1)
        }
        recipients.recordFailure(for: email)
        addresses.recordFailure(for: address)
    }
}
