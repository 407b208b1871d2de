import Foundation
import NIOHTTP1
import Platform
import Postgres
import TestSupport
import Testing

@testable import API

/// Whatever is sent to whichever operation of the OpenAPI document: it is answered, with a status that is described,
/// and never as if the fault were the server's.
struct HostileInputTests {
    private static let concurrency = 8

    /// A request to one operation.
    private struct Probe: Sendable {
        let operation: DescribedOperation
        let path: String
        let body: Data?
        let what: String
    }

    /// JSON texts that no member is meant for.
    private static let values = [
        #""'; DROP TABLE users; --""#, #""' OR '1'='1""#, #""NUL \u0000 inside""#, #""\u202Etxt.exe\u2066 \uFEFF""#,
        "\"" + String(repeating: "x", count: 100_000) + "\"", #""\uD800""#, "99999999999999999999999999", "-1", "1e400",
        "1.5", "9223372036854775807", "true", "null", "[]", "{}", #"["x"]"#, #"{"a": {"b": null}}"#, #""""#, #"" ""#,
    ]

    /// What no parameter is meant for.
    private static let parameters = [
        "0", "-1", "99999999999999999999", "9223372036854775807", "1'%20OR%20'1'='1", "%00", "%E2%80%AE", "%FF%FE",
        "..%2F..",
        "x", "%27%3B%20DROP%20TABLE%20users%3B--", "1.5", String(repeating: "9", count: 4_000),
    ]

    @Test func everyMemberOfEveryBody() async throws {
        var probes: [Probe] = []
        for operation in try DescribedOperation.all() {
            for member in operation.members ?? [] {
                for value in Self.values {
                    probes.append(
                        Probe(
                            operation: operation, path: Self.path(operation),
                            body: Self.body(operation, with: value, as: member.name),
                            what: "\(member.name) = \(value.prefix(60))"))
                }
            }
        }
        #expect(probes.count > 100)
        try await ask(probes)
    }

    @Test func everyBodyThatIsNone() async throws {
        let deep = String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000)
        let nested = String(repeating: #"{"a":"#, count: 10_000) + "1" + String(repeating: "}", count: 10_000)
        let bodies: [String: Data] = [
            "nothing": Data(), "a list": Data("[]".utf8), "a text": Data(#""x""#.utf8), "half": Data(#"{"a""#.utf8),
            "bytes": Data([0xFF, 0xFE, 0x00]), "lists 10,000 deep": Data(deep.utf8),
            "objects 10,000 deep": Data(nested.utf8), "10 MB": Data(#"{"a": ""#.utf8) + Data(count: 10 << 20),
        ]
        var probes: [Probe] = []
        for operation in try DescribedOperation.all() where operation.members != nil {
            for (name, body) in bodies {
                probes.append(
                    Probe(operation: operation, path: Self.path(operation), body: body, what: "the body: \(name)"))
            }
        }
        try await ask(probes)
    }

    @Test func everyParameter() async throws {
        var probes: [Probe] = []
        for operation in try DescribedOperation.all() {
            for value in Self.parameters {
                let shown = value.prefix(60)
                for name in operation.pathNames {
                    let path = Self.path(operation, name, value)
                    probes.append(Probe(operation: operation, path: path, body: nil, what: "\(name) = \(shown)"))
                }
                for name in operation.queryNames {
                    let path = "\(Self.path(operation))?\(name)=\(value)"
                    probes.append(Probe(operation: operation, path: path, body: nil, what: "?\(name)=\(shown)"))
                }
            }
        }
        try await ask(probes)
    }

    /// A JSON object with this value as one member, and the others as they should be.
    private static func body(_ operation: DescribedOperation, with value: String, as name: String) -> Data {
        let others = (operation.members ?? []).filter { $0.name != name }.map { "\"\($0.name)\": \($0.example)" }
        return Data("{\((others + ["\"\(name)\": \(value)"]).joined(separator: ", "))}".utf8)
    }

    /// The path with what stands in braces filled with `1`, but for one.
    private static func path(_ operation: DescribedOperation, _ name: String = "", _ value: String = "") -> String {
        operation.pathNames.reduce(operation.path) { $0.replacing("{\($1)}", with: $1 == name ? value : "1") }
    }

    /// Sends them all as an administrator, who gets furthest.
    private func ask(_ probes: [Probe]) async throws {
        try await Self.run { app, token in
            var waiting = probes.filter { !Self.endsTheCaller.contains($0.operation.description) }[...]
            try await withThrowingTaskGroup(of: Void.self) { group in
                func startNext() {
                    guard let probe = waiting.popFirst() else { return }
                    group.addTask { try await Self.ask(probe, app, token) }
                }
                for _ in 0..<Self.concurrency { startNext() }
                while try await group.next() != nil { startNext() }
            }
            #expect(try await app.api(.GET, "/auth/me", token: token).status == 200)
        }
    }

    /// The program with a member, and an administrator to whom most things numbered 1 belong, so that requests get far.
    private static func run(_ body: (TestApp, _ token: String) async throws -> Void) async throws {
        try await withTestDatabase { test in
            let secret = ["JWT_SECRET": "a secret of tests, thirty-two bytes or more"]
            try await TestApp.run(databaseURL: test.url, environment: secret) { app in
                _ = try await app.signUp("member")
                let administrator = try await app.signUp("ruth")
                let database = Database(test.settings, logger: quietLogger)
                for statement in [
                    "UPDATE users SET role = 'super_admin' WHERE username = 'ruth'",
                    "INSERT INTO categories (name) VALUES ('Interfaces')",
                    "INSERT INTO products (name, category_id) VALUES ('MK-1', 1)",
                    "INSERT INTO user_products (user_id, product_id) VALUES (2, 1)",
                    "INSERT INTO tags (name) VALUES ('ambient')",
                ] { try await database.execute(statement) }
                await database.close()
                try await body(app, administrator.accessToken)
            }
        }
    }

    /// What would take away the rights that the others are asked with.
    private static let endsTheCaller: Set = ["POST /api/v1/auth/logout", "POST /api/v1/auth/logout-all"]

    private static func ask(_ probe: Probe, _ app: TestApp, _ token: String) async throws {
        var headers: HTTPHeaders = [:]
        if probe.body != nil { headers.add(name: "Content-Type", value: "application/json") }
        if probe.path.hasPrefix("/uploads/tus") { headers.add(name: "Tus-Resumable", value: "1.0.0") }
        do {
            let status = try await app.status(
                HTTPMethod(rawValue: probe.operation.method), probe.path, headers: headers, body: probe.body,
                token: token)
            // 404 and 405: with another value in its place, a path may be another one, or none.
            let allowed = probe.operation.statuses.union(probe.what.hasPrefix("?") ? [] : [404, 405])
            #expect(
                status < 500 && allowed.contains(status),
                "\(probe.operation) with \(probe.what) answered \(status), described are \(allowed.sorted())")
        } catch {
            // Of a refused body the server reads a mebibyte and closes: who is still sending may not see the answer.
            if probe.body.map({ $0.count > 1 << 20 }) == true { return }
            Issue.record("\(probe.operation) with \(probe.what): \(error)")
        }
    }
}
