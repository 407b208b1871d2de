import Foundation
import NIOHTTP1
import Platform
import Postgres
import TestSupport
import Testing

@testable import API

/// Requests that can only end well once, sent at the same moment to two servers of one database: the database decides.
struct RaceTests {
    private struct Nodes: Sendable {
        let servers: [TestApp]
        let database: Database

        /// The same request many times, by turns to each server.
        func together(
            _ count: Int, _ send: @escaping @Sendable (TestApp, Int) async throws -> TestResponse
        ) async throws -> [TestResponse] {
            try await withThrowingTaskGroup(of: TestResponse.self) { group in
                for number in 0..<count { group.addTask { try await send(servers[number % servers.count], number) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }

        func join(_ name: String, _ role: Role) async throws -> TestAccount {
            let account = try await servers[0].signUp(name)
            try await database.execute("UPDATE users SET role = $2 WHERE id = $1", account.id, role)
            return account
        }
    }

    private func run(_ body: (Nodes) async throws -> Void) async throws {
        try await withTestDatabase { test in
            let database = Database(test.settings, logger: quietLogger)
            let outcome: Result<Void, any Error>
            do {
                let variables = ["JWT_SECRET": "a secret of tests, thirty-two bytes or more"]
                try await TestApp.run(databaseURL: test.url, environment: variables) { first in
                    let shared = variables.merging(["UPLOAD_PATH": "\(first.directory.path)/uploads"]) { _, new in new }
                    try await TestApp.run(databaseURL: test.url, environment: shared) { second in
                        try await body(Nodes(servers: [first, second], database: database))
                    }
                }
                outcome = .success(())
            } catch {
                outcome = .failure(error)
            }
            await database.close()
            try outcome.get()
        }
    }

    private func statuses(_ responses: [TestResponse]) -> [Int: Int] {
        responses.reduce(into: [:]) { $0[$1.status, default: 0] += 1 }
    }

    @Test func identicalRequestsSucceedOnce() async throws {
        try await run { nodes in
            let registration = ["username": "john", "email": "john@example.com", "password": "tr0ub4dor and three"]
            let registrations = try await nodes.together(50) { server, _ in
                try await server.api(.POST, "/auth/register", registration)
            }
            #expect(statuses(registrations) == [201: 1, 409: 49])
            let taken = registrations.filter { $0.status == 409 }.compactMap { $0.json?["fields"] as? [String: String] }
            #expect(taken.count == 49 && taken.allSatisfy { $0["username"] != nil || $0["email"] != nil })

            let ann = try await nodes.servers[0].signUp("ann")
            let product = try await nodes.database.row("INSERT INTO products (name) VALUES ('MK-1') RETURNING id") {
                row throws(PostgresError) -> Int in try row.decode("id")
            }
            let additions = try await nodes.together(50) { server, _ in
                try await server.api(.POST, "/user-products", ["product_id": product ?? 0], token: ann.accessToken)
            }
            #expect(statuses(additions) == [201: 1, 409: 49])
            #expect(additions.filter { $0.status == 409 }.allSatisfy { $0.code == "already_owned" })

            let refreshes = try await nodes.together(20) { server, _ in
                try await server.api(.POST, "/auth/refresh", ["refresh_token": ann.refreshToken])
            }
            #expect(statuses(refreshes) == [200: 20])
            #expect(Set(refreshes.map { ($0.data as? [String: Any])?["refresh_token"] as? String }).count == 1)
        }
    }

    @Test func ofTwoThatDemoteEachOtherOneStays() async throws {
        try await run { nodes in
            // Stepping down, which each of them may do as long as the other is there.
            let roots = [try await nodes.join("ruth", .superAdmin), try await nodes.join("roland", .superAdmin)]
            let steps = try await nodes.together(2) { server, number in
                try await server.api(
                    .PUT, "/admin/users/\(roots[number].id)", ["role": "user"], token: roots[number].accessToken)
            }
            #expect(statuses(steps) == [200: 1, 409: 1])
            // Nobody changes one of their own rank, whoever is first.
            let admins = [try await nodes.join("abel", .admin), try await nodes.join("cain", .admin)]
            let blows = try await nodes.together(2) { server, number in
                try await server.api(
                    .PUT, "/admin/users/\(admins[1 - number].id)", ["role": "user"], token: admins[number].accessToken)
            }
            #expect(statuses(blows) == [403: 2])
            let left = try await nodes.database.execute("SELECT 1 FROM users WHERE role IN ('admin', 'super_admin')")
            #expect(left == 3)
        }
    }
}
