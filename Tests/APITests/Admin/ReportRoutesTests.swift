import Foundation
import NIOHTTP1
import TestSupport
import Testing

@testable import API

struct ReportRoutesTests {
    private func report(
        _ kind: String, _ id: Int, by account: TestAccount, in test: AdminApp, reason: String = "Not theirs"
    ) async throws -> TestResponse {
        try await test.app.api(
            .POST, "/reports", ["kind": kind, "id": id, "reason": reason], token: account.accessToken)
    }

    @Test func takesReportsOfWhatTheReporterSees() async throws {
        try await AdminApp.run { test in
            let track = try await test.insertTrack(by: test.user, title: "Stolen")
            let hidden = try await test.insertTrack(by: test.admin, title: "Hidden", visibility: "private")
            let filed = try await report("track", track, by: test.user, in: test)
            #expect(filed.status == 201, "\(filed)")
            #expect(members(filed.data)["target_name"] as? String == "Stolen")
            let cases: [(String, Int, String, Int)] = [
                ("track", track, "again", 409), ("track", hidden, "x", 404), ("track", 0, "x", 404),
                ("listing", 1, "x", 404), ("song", 1, "x", 400), ("user", test.user.id, "x", 400),
                ("user", test.admin.id, " ", 400), ("user", test.admin.id, String(repeating: "x", count: 2_001), 400),
                ("user", test.admin.id, "NUL \u{0}", 400), ("user", test.admin.id, "Rude", 201),
            ]
            for (kind, id, reason, status) in cases {
                let response = try await report(kind, id, by: test.user, in: test, reason: reason)
                #expect(response.status == status, "\(kind) \(id) \(reason): \(response)")
            }
        }
    }

    @Test func aDecisionSettlesAllReportsOfTheSameThing() async throws {
        try await AdminApp.run { test in
            let track = try await test.insertTrack(by: test.user, title: "Stolen")
            let first = try await report("track", track, by: test.user, in: test)
            _ = try await report("track", track, by: test.admin, in: test)
            let id = try #require(members(first.data)["id"] as? Int)
            let path = "/admin/reports/\(id)"
            let open = try await test.app.api(.GET, "/admin/reports?status=open", token: test.moderator.accessToken)
            #expect((open.data as? [[String: Any]])?.first?["id"] as? Int == id, "the oldest first")
            #expect(members(open.json?["pagination"])["total"] as? Int == 2)
            #expect(
                try await test.app.api(.PUT, path, ["status": "open"], token: test.moderator.accessToken).status == 400)

            // Two moderators at once: one decides, the other is told.
            async let one = test.app.api(
                .PUT, path, ["status": "resolved", "note": "Removed"], token: test.moderator.accessToken)
            async let two = test.app.api(.PUT, path, ["status": "dismissed"], token: test.admin.accessToken)
            #expect(try await [one.status, two.status].sorted() == [200, 409])
            let left = try await test.app.api(.GET, "/admin/reports?status=open", token: test.moderator.accessToken)
            #expect((left.data as? [Any])?.isEmpty == true)
            let told = try await test.app.api(.GET, "/notifications", token: test.user.accessToken)
            #expect((told.data as? [[String: Any]])?.first?["kind"] as? String == "report_decided")
            let written = try await test.audit("?target_kind=report")
            #expect(written.count == 1 && members(written[0]["details"])["reports"] as? Int == 2)
            let gone = try await test.app.api(
                .PUT, "/admin/reports/999999", ["status": "resolved"], token: test.moderator.accessToken)
            #expect(gone.status == 404)
        }
    }
}
