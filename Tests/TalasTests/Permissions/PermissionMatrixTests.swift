import Foundation
import NIOHTTP1
import TestSupport
import Testing

/// Every route, asked by everybody, answers what docs/permissions.md says.
struct PermissionMatrixTests {
    /// Requests at the same time.
    private static let concurrency = 8

    private struct Cell: Sendable {
        let row: Int
        let asker: Asker
        let status: Int
    }

    @Test func everyRouteAnswersEverybodyAsItsRowSays() async throws {
        let rows = try PermissionRow.all()
        let routes = try await ServedRoutes.all()
        let known = Set(rows.map(\.route))
        #expect(known.count == rows.count, "a route has two rows")
        #expect(known.subtracting(routes.map(\.description)) == [], "there are no such routes")
        // A HEAD that the router makes of a GET is asked as that is.
        let heads = routes.filter { $0.method == "HEAD" && !known.contains($0.description) }.map(\.path)
        let missing = routes.filter { $0.method != "HEAD" && !known.contains($0.description) }
            .map { PermissionRow(method: $0.method, path: $0.path) }
        try await PermissionScene.run { scene in
            var asked = rows + missing
            for row in rows where row.method == "GET" && heads.contains(row.path) { asked.append(row.asHead) }
            let found = try await Self.answers(asked, scene)
            for (row, answers) in zip(asked, found) where answers != row.statuses {
                let kind = row.statuses.isEmpty ? "has no row; perhaps this one, when it is right" : "answers"
                Issue.record("\(row.route) \(kind):\n\(row.line(answers))\nand not\n\(row.line(row.statuses))")
            }
        }
    }

    /// What each row's route answers to everybody.
    private static func answers(_ rows: [PermissionRow], _ scene: PermissionScene) async throws -> [[Asker: Int]] {
        var waiting = rows.indices.flatMap { row in Asker.allCases.map { (row, $0) } }[...]
        var answers = [[Asker: Int]](repeating: [:], count: rows.count)
        try await withThrowingTaskGroup(of: Cell.self) { group in
            func startNext() {
                guard let (row, asker) = waiting.popFirst() else { return }
                group.addTask { Cell(row: row, asker: asker, status: try await scene.ask(rows[row], as: asker)) }
            }
            for _ in 0..<concurrency { startNext() }
            while let cell = try await group.next() {
                answers[cell.row][cell.asker] = cell.status
                startNext()
            }
        }
        return answers
    }
}

extension PermissionScene {
    /// Makes what the row names, sends its request and gives the status.
    fileprivate func ask(_ row: PermissionRow, as asker: Asker) async throws -> Int {
        var values = ["unique": Self.unique()]
        var token = asker == .anonymous ? nil : try person(asker).accessToken
        for thing in row.things {
            if thing == "own account" {
                let person = try await another(asker)
                if asker != .anonymous { token = person.accessToken }
                let own = ["email": person.email, "password": Self.password, "refresh_token": person.refreshToken]
                values.merge(own) { _, new in new }
            } else {
                guard let make = Self.makers[thing] else { throw TestFailure("Nobody knows how to make a \(thing).") }
                let owner = try person(asker == .suspended ? .suspended : .owner)
                values.merge(try await make(self, owner)) { _, new in new }
            }
        }
        func filled(_ text: String) -> String {
            values.reduce(text) { $0.replacing("{\($1.key)}", with: $1.value) }
        }
        let query = values["?"].map { "?\($0)" } ?? ""
        let sending = try PermissionSending(filled(row.sends))
        if row.method == "HEAD" {
            return try await statusAlone(filled(row.path) + query, headers: sending.headers, token: token)
        }
        return try await app.status(
            HTTPMethod(rawValue: row.method), filled(row.path) + query, headers: sending.headers, body: sending.body,
            token: token)
    }
}

extension PermissionScene {
    /// The status of a HEAD, behind whose head nothing may come: it would be taken for the next answer.
    private func statusAlone(_ path: String, headers: HTTPHeaders, token: String?) async throws -> Int {
        var lines = ["HEAD \(path) HTTP/1.1", "Host: localhost", "Connection: close"]
        lines += headers.map { "\($0.name): \($0.value)" } + (token.map { ["Authorization: Bearer \($0)"] } ?? [])
        let text = try await RawConnection.exchange(with: app.url, lines.joined(separator: "\r\n") + "\r\n\r\n")
        if !text.hasSuffix("\r\n\r\n") { Issue.record("HEAD \(path) is answered with a body: \(text)") }
        guard let status = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
            throw TestFailure("HEAD \(path) is answered with \(text)")
        }
        return status
    }
}

extension PermissionRow {
    /// The same row, asked by HEAD.
    fileprivate var asHead: PermissionRow {
        var row = PermissionRow(method: "HEAD", path: path)
        row.things = things
        row.statuses = statuses
        return row
    }
}
