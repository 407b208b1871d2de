package import Platform
package import Postgres

/// Something that was done with rights over others, for the audit log.
package struct ModerationRecord: Sendable {
    package enum Target: Sendable {
        case room(Int), message(Int), user(Int)
    }

    /// `thing.done`, such as `message.deleted`.
    package let action: String
    package let caller: Caller
    /// Where the request came from.
    package let address: String
    package let target: Target
    package var details: [String: JSONNode] = [:]
}

/// What the chat needs of the rest of Talas.
package struct ChatNeighbours: Sendable {
    /// Writes to the audit log in the transaction that does it.
    package typealias Audit = @Sendable (ModerationRecord, Transaction) async throws -> Void

    /// The account behind a credential, both checked this moment; throws a ``Problem`` when either has ended.
    let findCaller: @Sendable (_ userID: Int, Credential) async throws -> Caller
    /// Whether somebody may share something.
    let mayShare: @Sendable (_ userID: Int, Attachment) async throws -> Bool
    /// Stores a notification for an account and tells of it.
    let notify: @Sendable (_ userID: Int, _ kind: String, _ payload: JSONNode) async throws -> Void
    /// A notification of an account, as the REST API shows it.
    let findNotification: @Sendable (_ userID: Int, _ id: Int) async throws -> JSONNode?
    let audit: Audit

    package init(
        findCaller: @escaping @Sendable (_ userID: Int, Credential) async throws -> Caller,
        mayShare: @escaping @Sendable (_ userID: Int, Attachment) async throws -> Bool,
        notify: @escaping @Sendable (_ userID: Int, _ kind: String, _ payload: JSONNode) async throws -> Void,
        findNotification: @escaping @Sendable (_ userID: Int, _ id: Int) async throws -> JSONNode?,
        audit: @escaping Audit
    ) {
        self.findCaller = findCaller
        self.mayShare = mayShare
        self.notify = notify
        self.findNotification = findNotification
        self.audit = audit
    }
}
