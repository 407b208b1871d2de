import Platform
import Testing

@testable import API

struct RankRulesTests {
    /// Who asks, whom it is about, the new role, and whether it is allowed.
    @Test(arguments: [
        (Role.admin, Role.user, Role.moderator, true), (.admin, .moderator, .user, true),
        (.admin, .user, .admin, false), (.admin, .user, .superAdmin, false), (.admin, .admin, .user, false),
        (.admin, .superAdmin, .user, false), (.superAdmin, .user, .admin, true),
        (.superAdmin, .user, .superAdmin, true), (.superAdmin, .admin, .user, true),
        (.superAdmin, .superAdmin, .user, false), (.moderator, .user, .moderator, false), (.user, .user, .user, false),
    ])
    func rolesOfOthers(actor: Role, target: Role, role: Role, isAllowed: Bool) {
        let refusal = RankRules.refusal(
            .init(id: 1, role: actor), changes: .init(id: 2, role: target), role: role, status: nil)
        #expect((refusal == nil) == isAllowed)
    }

    @Test(arguments: [
        (Role.admin, Role.user, true), (.admin, .moderator, true), (.admin, .admin, false),
        (.superAdmin, .admin, true), (.superAdmin, .superAdmin, false),
    ])
    func statusOfOthers(actor: Role, target: Role, isAllowed: Bool) {
        let refusal = RankRules.refusal(
            .init(id: 1, role: actor), changes: .init(id: 2, role: target), role: nil, status: .banned)
        #expect((refusal == nil) == isAllowed)
    }

    @Test(arguments: [
        (Role.superAdmin, Role.admin, true), (.admin, .user, true), (.admin, .admin, true),
        (.admin, .superAdmin, false),
    ])
    func ownRole(actor: Role, role: Role, isAllowed: Bool) {
        let own = RankRules.Ranked(id: 1, role: actor)
        #expect((RankRules.refusal(own, changes: own, role: role, status: nil) == nil) == isAllowed)
        #expect(RankRules.refusal(own, changes: own, role: nil, status: .suspended) != nil)
    }
}
