package import Platform

/// Something that was done with rights over others, for the audit log.
package struct AuditEntry: Sendable {
    /// What it was done to.
    package enum TargetKind: String, Sendable {
        case user, track, tag, report, job, product, category, document, invitation, room, message
    }

    /// Who did it; nil for an operator at the command line.
    let actorID: Int?
    /// Where the request came from.
    let address: String?
    /// `thing.done`, such as `user.updated`; at most 60 characters.
    let action: String
    let targetKind: TargetKind?
    let targetID: Int?
    let details: [String: JSONValue]

    /// - Parameters:
    ///   - action: `thing.done`, such as `user.updated`; at most 60 characters.
    ///   - caller: who did it.
    ///   - address: where the request came from: the context's `remoteAddress`.
    ///   - details: what changed and how; never a secret.
    package init(
        _ action: String, by caller: Caller, from address: String, on kind: TargetKind, _ targetID: Int,
        details: [String: JSONValue] = [:]
    ) {
        self.action = action
        actorID = caller.userID
        self.address = String(address.unicodeScalars.prefix(64))
        targetKind = kind
        self.targetID = targetID
        self.details = details
    }
}
