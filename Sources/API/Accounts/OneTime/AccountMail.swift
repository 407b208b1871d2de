import Platform

/// What the server writes to members, and where it is handed in.
package struct AccountMail: Sendable {
    private let queue: MailQueue
    private let links: AccountLinks
    /// How often messages may be asked for, by account and by address.
    let limits = MailLimits()

    package init(queue: MailQueue, links: AccountLinks) {
        self.queue = queue
        self.links = links
    }

    /// Has a message written and sent, beside the request. Throws 503 when too many wait.
    func submit(_ draft: @escaping MailQueue.Draft) throws(Problem) {
        guard queue.submit(draft) else { throw .mailBusy }
    }

    func verification(of email: String, _ username: String, token: String) -> MailMessage {
        MailMessage(
            to: email, subject: "Confirm your e-mail address",
            text: """
                Hello \(username),

                open this address to confirm that mail reaches you here:

                \(links.confirmation(token))

                It is good for three days. If you have no account at Talas, somebody has mistyped theirs: just leave it.
                """)
    }

    func reset(of email: String, _ username: String, token: String) -> MailMessage {
        MailMessage(
            to: email, subject: "Set a new password",
            text: """
                Hello \(username),

                open this address to set a new password:

                \(links.reset(token))

                It is good for one hour, and once. If you did not ask for it, leave it: your password stays as it is.
                """)
    }

    func passwordChanged(of email: String, _ username: String) -> MailMessage {
        MailMessage(
            to: email, subject: "Your password was changed",
            text: """
                Hello \(username),

                the password of your account was changed just now, and you were signed out everywhere else. If that was
                not you, set a new one at once:

                \(links.page)
                """)
    }

    func leaving(_ email: String, _ username: String, for newEmail: String, token: String) -> MailMessage {
        MailMessage(
            to: email, subject: "Your e-mail address is to change",
            text: """
                Hello \(username),

                your account is to have the address \(newEmail) instead of this one. Open this address to agree:

                \(links.confirmation(token))

                If you did not ask for it, leave it and change your password: somebody knows it.
                """)
    }

    func entering(_ email: String, _ username: String, token: String) -> MailMessage {
        MailMessage(
            to: email, subject: "Confirm your new e-mail address",
            text: """
                Hello \(username),

                open this address to make this the address of your account:

                \(links.confirmation(token))

                It takes the place of the old one once that has been confirmed, too.
                """)
    }
}

/// Addresses of the page that people are sent to.
package struct AccountLinks: Sendable {
    /// Where the server is reached, without a slash at the end; nil where nobody has said so.
    private let publicURL: String?

    package init(publicURL: String?) { self.publicURL = publicURL }

    var page: String { "\(publicURL ?? "")/" }

    /// Behind the `#`, so that no log of any server ever has the token.
    func reset(_ token: String) -> String { "\(page)#reset-password=\(token)" }
    func confirmation(_ token: String) -> String { "\(page)#confirm-email=\(token)" }
    func invitation(_ code: String) -> String { "\(page)#invitation=\(code)" }
}
