import Foundation
import NIOHTTP1
import TestSupport
import Testing

/// A server that is killed while it takes uploads and reads them in loses nothing and does nothing twice.
struct KilledServerTests {
    private static let seed: UInt64 = 20_261

    @Test func finishesWhatItBegan() async throws {
        try await withTestDatabase { database in
            let directory = try TemporaryDirectory()
            let environment = ["JWT_SECRET": String(repeating: "k", count: 32)]
            var app = try await TestApp.start(databaseURL: database.url, environment: environment, in: directory)
            let account = try await app.signUp("ann")
            var accepted: [Int] = []
            for round in 0..<4 {
                for number in 0..<3 {
                    let file = Fixture.noise(seconds: 4, seed: Self.seed + UInt64(round * 10 + number))
                    let response = try await app.upload(
                        file, named: "\(round)-\(number).wav", token: account.accessToken)
                    #expect(response.status == 201, "\(response)")
                    accepted.append(try #require((response.data as? [String: Any])?["id"] as? Int))
                }
                await app.process.killAtOnce()
                app = try await TestApp.start(databaseURL: database.url, environment: environment, in: directory)
            }
            for id in accepted {
                let track = try await app.settledTrack(id, token: account.accessToken)
                #expect(track["status"] as? String == "ready", "\(track)")
                #expect(track["duration_ms"] as? Int == 4_000)
            }
            #expect(Set(accepted).count == 12)
            let list = try await app.api(.GET, "/tracks?limit=100", token: account.accessToken)
            #expect((list.data as? [Any])?.count == 12)
            #expect(try leftovers(directory).isEmpty)
            await app.process.end()
        }
    }

    @Test func forgetsUploadsThatWereCutOff() async throws {
        try await withTestDatabase { database in
            let directory = try TemporaryDirectory()
            let app = try await TestApp.start(databaseURL: database.url, in: directory)
            let account = try await app.signUp("ann")
            let form = TestApp.form(Fixture.noise(seconds: 5, seed: 1))
            for share in [0.01, 0.5, 0.999] {
                let cut = form.body.prefix(Int(Double(form.body.count) * share))
                try await RawConnection.send(
                    to: app.url,
                    "POST /api/v1/tracks HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(account.accessToken)\r\n"
                        + "Content-Type: \(form.headers["Content-Type"][0])\r\nContent-Length: \(form.body.count)\r\n\r\n",
                    body: cut)
            }
            // The connections are closed; what was under way ends before a graceful shutdown does.
            await app.process.end()
            #expect(try leftovers(directory).isEmpty)
            #expect(try blobs(directory).isEmpty)
        }
    }

    private func leftovers(_ directory: TemporaryDirectory) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path + "/uploads/tmp")
    }

    private func blobs(_ directory: TemporaryDirectory) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: directory.path + "/uploads/blobs").filter { path in
            path.split(separator: "/").count == 3
        }
    }
}
