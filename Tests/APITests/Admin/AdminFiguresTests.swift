import Foundation
import NIOHTTP1
import Postgres
import TestSupport
import Testing

@testable import API

/// The dashboard, the storage and the ingest queue, over HTTP.
struct AdminFiguresTests {
    @Test func theDashboardCounts() async throws {
        try await AdminApp.run { test in
            _ = try await test.insertTrack(by: test.user, title: "One")
            let gone = try await test.insertTrack(by: test.user, title: "Two")
            try await test.database.execute("UPDATE tracks SET deleted_at = now() WHERE id = $1", gone)
            try await test.database.execute("INSERT INTO products (name) VALUES ('Talas MK-1')")
            try await test.database.execute(
                "UPDATE users SET created_at = now() - interval '1 day' WHERE id = $1", test.user.id)
            try await test.database.execute("UPDATE sessions SET last_used_at = now() - interval '1 hour'")
            _ = try await test.app.api(.GET, "/auth/me", token: test.user.accessToken)
            let response = try await test.app.api(.GET, "/admin/dashboard", token: test.admin.accessToken)
            #expect(response.status == 200, "\(response)")
            let figures = members(response.data).compactMapValues { $0 as? Int }
            #expect(
                figures == [
                    "users_count": 4, "products_count": 1, "files_count": 0, "tracks_count": 1, "new_users_today": 3,
                    // Those of the user and of the admin, who have just been here.
                    "active_sessions": 2,
                ])
        }
    }

    @Test func theStorageIsCountedByKind() async throws {
        try await AdminApp.run { test in
            _ = try await test.insertTrack(by: test.user, title: "One")
            let response = try await test.app.api(.GET, "/admin/storage", token: test.admin.accessToken)
            #expect(response.status == 200, "\(response)")
            let report = members(response.data)
            let kinds = report["kinds"] as? [[String: Any]] ?? []
            let bytes = kinds.reduce(into: [:]) { $0[$1["kind"] as? String ?? ""] = $1["bytes"] as? Int }
            #expect(bytes["tracks"] == 10 && bytes["blobs"] == 10 && bytes["deleted_tracks"] == 0)
            #expect(bytes["database"] ?? 0 > 1_000_000)
            let disks = report["disks"] as? [[String: Any]] ?? []
            #expect(disks.map { $0["use"] as? String } == ["uploads", "data"])
            #expect(disks.allSatisfy { ($0["free_bytes"] as? Int ?? 0) <= ($0["total_bytes"] as? Int ?? 0) })
            #expect(report["quota_bytes"] as? Int == 20 << 30)
        }
    }

    @Test func jobsAreRetriedAndCancelled() async throws {
        try await AdminApp.run { test in
            let track = try await test.insertTrack(by: test.user, title: "One")
            let job: Int? = try await test.database.row(
                """
                INSERT INTO ingest_jobs (track_id, run_after) VALUES ($1, now() + interval '1 day') RETURNING id
                """, track
            ) { row throws(PostgresError) in try row.decode("id") }
            let id = try #require(job)
            func act(_ action: String, _ id: Int) async throws -> TestResponse {
                try await test.app.api(.POST, "/admin/jobs/\(id)/\(action)", token: test.admin.accessToken)
            }
            #expect(try await act("retry", id).code == "invalid_transition")
            let cancelled = try await act("cancel", id)
            #expect(members(cancelled.data)["state"] as? String == "cancelled", "\(cancelled)")
            #expect(try await act("cancel", id).status == 409)
            let failed = try await test.app.track(track, token: test.user.accessToken)
            #expect(failed["status"] as? String == "failed" && failed["failure"] as? String != nil)

            let retried = try await act("retry", id)
            #expect(retried.status == 200, "\(retried)")
            #expect(members(retried.data)["id"] as? Int != id && members(retried.data)["track_id"] as? Int == track)
            #expect(try await act("retry", 999_999).status == 404)
            // There is no content, so the new attempt fails as well, or is put off.
            let list = try await test.app.api(.GET, "/admin/jobs", token: test.admin.accessToken)
            #expect((list.data as? [Any])?.count == 2)
            #expect(try await test.app.api(.GET, "/admin/jobs?state=x", token: test.admin.accessToken).status == 400)
            #expect(try await test.audit("?target_kind=job").count == 2)
        }
    }
}
