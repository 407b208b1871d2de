import Foundation
import NIOHTTP1
import Platform
import Postgres
import TestSupport
import Testing

@testable import API

struct ManagedUserRoutesTests {
    @Test func listsByRoleStatusAndName() async throws {
        try await AdminApp.run { test in
            try await test.database.execute("UPDATE users SET status = 'banned' WHERE id = $1", test.user.id)
            func names(_ query: String) async throws -> [String] {
                let response = try await test.app.api(.GET, "/admin/users\(query)", token: test.admin.accessToken)
                #expect(response.status == 200, "\(response)")
                return (response.data as? [[String: Any]] ?? []).compactMap { $0["username"] as? String }
            }
            #expect(try await names("") == ["ruth", "ada", "moses", "ursula"])
            #expect(try await names("?role=admin") == ["ada"])
            #expect(try await names("?status=banned") == ["ursula"])
            #expect(try await names("?status=active&limit=2&page=2") == ["moses"])
            #expect(try await names("?search=MOSES@") == ["moses"])
            #expect(try await names("?search=%25") == [])
            let page = try await test.app.api(.GET, "/admin/users", token: test.admin.accessToken)
            #expect(members(page.json?["pagination"])["total"] as? Int == 4)
            let first = (page.data as? [[String: Any]])?.last ?? [:]
            #expect(first["email"] as? String == test.user.email && first["status"] as? String == "banned")
            for query in ["?role=king", "?status=gone", "?limit=0"] {
                let refused = try await test.app.api(.GET, "/admin/users\(query)", token: test.admin.accessToken)
                #expect(refused.status == 400, "\(query)")
            }
        }
    }

    @Test func changesRoleAndStatusAndWritesThemDown() async throws {
        try await AdminApp.run { test in
            let promoted = try await test.change(
                test.user.id, ["role": "moderator", "status": "active"], by: test.admin)
            #expect(promoted.status == 200, "\(promoted)")
            #expect(promoted.json?["message"] as? String == "User updated successfully")
            #expect(members(promoted.data)["role"] as? String == "moderator")
            let until = "2099-01-01T00:00:00Z"
            let suspended = try await test.change(
                test.user.id, ["status": "suspended", "until": until], by: test.admin)
            #expect(members(suspended.data)["suspended_until"] as? String == until)
            let rows = try await test.audit("?action=user.updated")
            #expect(rows.count == 2)
            #expect(rows.allSatisfy { $0["actor_id"] as? Int == test.admin.id })
            #expect(members(members(rows[1]["details"])["role"])["to"] as? String == "moderator")
            #expect(rows[0]["address"] as? String == "127.0.0.1")

            let cases: [(Int, [String: any Sendable], TestAccount, Int)] = [
                (test.user.id, [:], test.admin, 400), (test.user.id, ["role": "king"], test.admin, 400),
                (test.user.id, ["status": "active", "until": until], test.admin, 400),
                (test.user.id, ["status": "suspended", "until": "2001-01-01T00:00:00Z"], test.admin, 400),
                (test.user.id, ["role": "admin"], test.admin, 403), (test.root.id, ["role": "user"], test.admin, 403),
                (test.user.id, ["role": "user"], test.moderator, 403), (999_999, ["role": "user"], test.admin, 404),
                (99_999_999_999, ["role": "user"], test.admin, 404),
                (test.root.id, ["role": "admin"], test.root, 409),
            ]
            for (target, change, account, status) in cases {
                let response = try await test.change(target, change, by: account)
                #expect(response.status == status, "\(change) by \(account.username): \(response)")
            }
            #expect(try await test.audit("?action=user.updated").count == 2, "what is refused is not recorded")
        }
    }

    @Test func theDatabaseKeepsOneSuperAdminFromEverybody() async throws {
        try await AdminApp.run { test in
            let changes = [
                "UPDATE users SET role = 'admin' WHERE role = 'super_admin'",
                "UPDATE users SET status = 'banned' WHERE role = 'super_admin'",
                "DELETE FROM users WHERE role = 'super_admin'",
            ]
            _ = try await test.join("roland", .superAdmin)
            for change in changes {
                let error = await #expect(throws: PostgresError.self) { try await test.database.execute(change) }
                #expect(error?.constraint == "users_last_super_admin", "\(change)")
            }
        }
    }

    @Test func aBanAndARoleCountOnOtherNodesAtOnce() async throws {
        try await AdminApp.run { test in
            let shared = ["UPLOAD_PATH": test.app.directory.path + "/uploads"]
            let environment = AdminApp.environment.merging(shared) { _, new in new }
            try await TestApp.run(databaseURL: test.databaseURL, environment: environment) { second in
                #expect(try await second.api(.GET, "/auth/me", token: test.user.accessToken).status == 200)
                #expect(try await test.change(test.user.id, ["status": "banned"], by: test.admin).status == 200)
                let banned = try await second.api(.GET, "/auth/me", token: test.user.accessToken)
                #expect(banned.status == 403 && banned.code == "account_banned")
                #expect(try await test.change(test.user.id, ["status": "active"], by: test.admin).status == 200)
                #expect(try await second.api(.GET, "/auth/me", token: test.user.accessToken).status == 200)

                let queue = "/admin/reports"
                #expect(try await second.api(.GET, queue, token: test.moderator.accessToken).status == 200)
                #expect(try await test.change(test.moderator.id, ["role": "user"], by: test.admin).status == 200)
                #expect(try await second.api(.GET, queue, token: test.moderator.accessToken).status == 403)

                let revoke = "/admin/users/\(test.user.id)/sessions/revoke"
                let revoked = try await test.app.api(.POST, revoke, token: test.admin.accessToken)
                #expect(members(revoked.data)["revoked"] as? Int == 1)
                #expect(try await second.api(.GET, "/auth/me", token: test.user.accessToken).status == 401)
                let refused = try await test.app.api(
                    .POST, "/admin/users/\(test.root.id)/sessions/revoke", token: test.admin.accessToken)
                #expect(refused.status == 403)
            }
        }
    }
}
