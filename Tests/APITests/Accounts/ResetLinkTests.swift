import Foundation
import NIOHTTP1
import Platform
import Postgres
import TestSupport
import Testing

@testable import API

/// An administrator's one-time link, over HTTP.
struct ResetLinkTests {
    @Test func opensAnAccountOfLowerRankOnce() async throws {
        try await AccountRoutesTests.run { app, database in
            let (ann, boss, peer) = (
                try await app.signUp("ann"), try await app.signUp("boss"), try await app.signUp("peer")
            )
            try await database.execute(
                "UPDATE users SET role = 'admin' WHERE id = ANY ($1::int[])", [boss.id, peer.id])
            func link(_ id: Int, by account: TestAccount?) async throws -> TestResponse {
                try await app.api(.POST, "/admin/users/\(id)/password-reset", token: account?.accessToken)
            }
            #expect(try await link(ann.id, by: nil).status == 401)
            #expect(try await link(boss.id, by: ann).status == 403)
            #expect(try await link(peer.id, by: boss).status == 403)
            #expect(try await link(999_999, by: boss).status == 404)
            let made = try await link(ann.id, by: boss)
            #expect(made.status == 201)
            let audit = try await app.api(.GET, "/admin/audit", token: boss.accessToken).data as? [[String: Any]]
            #expect(audit?.count == 1, "what is refused is not recorded")
            #expect(audit?.first?["action"] as? String == "user.reset_link_made")
            #expect(audit?.first?["target_id"] as? Int == ann.id && audit?.first?["actor_id"] as? Int == boss.id)
            let data = try #require(made.data as? [String: Any])
            #expect(Set(data.keys) == ["url", "token", "expires_at"])
            let token = try #require(data["token"] as? String)
            let body = ["token": token, "new_password": "a password of hers"]
            #expect(try await app.api(.POST, "/auth/password/reset", body).status == 200)
            #expect(try await app.api(.POST, "/auth/password/reset", body).code == "invalid_token")
            let login = try await app.api(.POST, "/auth/login", ["email": ann.email, "password": "a password of hers"])
            #expect(login.status == 200)
        }
    }
}
