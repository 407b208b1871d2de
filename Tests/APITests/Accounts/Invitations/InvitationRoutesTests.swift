import Foundation
import NIOHTTP1
import Platform
import Postgres
import TestSupport
import Testing

@testable import API

/// Invitations over HTTP, against the running program.
struct InvitationRoutesTests {
    /// The program with registration by invitation, and members who were made by the operator.
    private func run(_ body: (TestApp, _ admin: String, _ member: String) async throws -> Void) async throws {
        try await AccountRoutesTests.run(environment: ["REGISTRATION": "invite"]) { app, database in
            let administration = AccountAdministration(database)
            func token(_ name: String, _ role: Role) async throws -> String {
                _ = try await administration.create(
                    username: name, email: "\(name)@example.org", password: "correct horse \(name)", role: role)
                let login = try await app.api(
                    .POST, "/auth/login", ["email": "\(name)@example.org", "password": "correct horse \(name)"])
                return try #require((login.data as? [String: Any])?["access_token"] as? String)
            }
            try await body(app, try await token("boss", .admin), try await token("member", .user))
        }
    }

    private func register(_ app: TestApp, _ name: String, _ code: String?) async throws -> TestResponse {
        var body: [String: any Sendable] = [
            "username": name, "email": "\(name)@example.org", "password": "correct horse \(name)",
        ]
        body["invitation"] = code
        return try await app.api(.POST, "/auth/register", body)
    }

    private func code(_ response: TestResponse) throws -> String {
        try #require((response.data as? [String: Any])?["code"] as? String, "\(response)")
    }

    @Test func letsInAsManyAsItIsFor() async throws {
        try await run { app, boss, _ in
            #expect(try await register(app, "ann", nil).code == "registration_by_invitation")
            #expect(try await register(app, "ann", "nonsense").code == "invalid_invitation")
            let made = try await app.api(.POST, "/invitations", ["maximum_uses": 3, "note": "the band"], token: boss)
            #expect(made.status == 201)
            let code = try self.code(made)
            // A registration that fails uses nothing up.
            #expect(try await register(app, "boss", code).status == 409)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for guest in 0..<10 { group.addTask { try await register(app, "guest\(guest)", code).status } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.filter { $0 == 201 }.count == 3)
            #expect(statuses.filter { $0 == 403 }.count == 7)
            let list = try await app.api(.GET, "/invitations", token: boss)
            let entry = try #require((list.data as? [[String: Any]])?.first)
            #expect(Set(entry.keys) == ["id", "note", "maximum_uses", "uses", "created_at", "expires_at"])
            #expect(entry["uses"] as? Int == 3)
            let audit = try await app.api(.GET, "/admin/audit", token: boss).data as? [[String: Any]]
            #expect(audit?.map { $0["action"] as? String } == ["invitation.created"])
        }
    }

    @Test func membersInviteFewAndOneByOne() async throws {
        try await run { app, boss, member in
            #expect(try await app.api(.POST, "/invitations", [:]).status == 401)
            #expect(try await app.api(.POST, "/invitations", ["maximum_uses": 2], token: member).status == 400)
            #expect(try await app.api(.POST, "/invitations", ["expires_in": "2y"], token: member).status == 400)
            var codes: [(id: Int, code: String)] = []
            for _ in 1...5 {
                let made = try await app.api(.POST, "/invitations", [:], token: member)
                codes.append((try #require((made.data as? [String: Any])?["id"] as? Int), try code(made)))
            }
            #expect(try await app.api(.POST, "/invitations", [:], token: member).code == "too_many_invitations")
            // One that was taken back opens nothing; whose it is not cannot take it back.
            #expect(try await app.api(.DELETE, "/invitations/\(codes[0].id)", token: member).status == 200)
            #expect(try await register(app, "ann", codes[0].code).code == "invalid_invitation")
            let bosses = try await app.api(.POST, "/invitations", [:], token: boss)
            let id = try #require((bosses.data as? [String: Any])?["id"] as? Int)
            #expect(try await app.api(.DELETE, "/invitations/\(id)", token: member).status == 404)
            #expect(try await app.api(.DELETE, "/invitations/\(codes[1].id)", token: boss).status == 200)
            #expect(try await register(app, "ann", codes[2].code.uppercased()).status == 201)
        }
    }
}
