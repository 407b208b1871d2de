import HTTPTypes
import Platform

/// Who may change whom: only a super_admin makes admins, and nobody changes somebody of their own rank or above. Staff
/// may step down themselves.
enum RankRules {
    /// An account and its rank.
    struct Ranked: Sendable, Hashable {
        let id: Int
        let role: Role
    }

    /// Why `actor` may not change `target` at all; nil if they may.
    static func refusal(_ actor: Ranked, changes target: Ranked) -> Problem? {
        guard actor.role >= .admin else { return .forbidden }
        guard actor.id != target.id, target.role >= actor.role else { return nil }
        return Problem(
            .forbidden, code: "forbidden", "You can only change accounts whose role is below your own.")
    }

    /// Why `actor` may not give `target` this role and status; nil if they may.
    static func refusal(
        _ actor: Ranked, changes target: Ranked, role: Role?, status: AccountStatus?
    ) -> Problem? {
        if let refusal = refusal(actor, changes: target) { return refusal }
        let isOwn = actor.id == target.id
        if isOwn, status != nil {
            return Problem(.forbidden, code: "forbidden", "You cannot change the status of your own account.")
        }
        guard let role, role != target.role else { return nil }
        if isOwn, role > target.role {
            return Problem(.forbidden, code: "forbidden", "You cannot raise your own role.")
        }
        if !isOwn, role >= .admin, actor.role < .superAdmin {
            return Problem(.forbidden, code: "forbidden", "Only a super_admin makes admins.")
        }
        return nil
    }
}
