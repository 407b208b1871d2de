import NIOHTTP1
import Foundation
import NIOHTTP1
import TestSupport
import Testing

/// A server whose workers are killed, and one that is killed itself.
struct MediaWorkerTests {
    @Test func listenersDoNotNoticeThatWorkersAreKilled() async throws {
        try await withTestDatabase { database in
            try await TestApp.run(databaseURL: database.url) { app in
                let account = try await app.signUp("ann")
                let track = try await app.readyTrack(Fixture.noise(seconds: 20, seed: 7), account)
                let stream = try #require(track["stream_url"] as? String)
                let before = try await app.request(.GET, "\(stream)&format=mp3&bitrate=128")
                async let response = app.request(.GET, "\(stream)&format=mp3&bitrate=192")
                for worker in app.process.workers { kill(worker, SIGKILL) }
                let answer = try await response
                #expect(answer.status == 200)
                // All but the tag grows with the bitrate.
                let tag = 4_096
                #expect(answer.body.count - tag == (before.body.count - tag) * 192 / 128)
                let metrics = try await app.request(.GET, "/metrics")
                #expect(String(decoding: metrics.body, as: UTF8.self).contains("talas_media_worker_restarts_total"))
            }
        }
    }

    @Test func noWorkerOutlivesAServerThatIsKilled() async throws {
        try await withTestDatabase { database in
            let directory = try TemporaryDirectory()
            let app = try await TestApp.start(databaseURL: database.url, in: directory)
            _ = try await app.readyTrack(Fixture.noise(seconds: 1, seed: 8), try await app.signUp("ann"))
            let workers = app.process.workers
            #expect(!workers.isEmpty)
            await app.process.killAtOnce()
            try await ServerProcess.waitForEnd(of: workers)
        }
    }

    @Test func noWorkerIsLeftWhenTheServerEnds() async throws {
        try await withTestDatabase { database in
            let directory = try TemporaryDirectory()
            let app = try await TestApp.start(databaseURL: database.url, in: directory)
            _ = try await app.readyTrack(Fixture.noise(seconds: 1, seed: 9), try await app.signUp("ann"))
            let workers = app.process.workers
            #expect(await app.process.end() == 0)
            try await ServerProcess.waitForEnd(of: workers)
        }
    }

    @Test func theDoctorSaysWhatHolds() async throws {
        try await withTestDatabase { database in
            let directory = try TemporaryDirectory()
            let program = try await Program.talas(
                ["doctor"],
                environment: [
                    "DATABASE_URL": database.url, "DATA_DIR": directory.path + "/data",
                    "UPLOAD_PATH": directory.path + "/uploads",
                ])
            #expect(program.text.contains("ok    sandbox: media is decoded in processes with no network"))
        }
    }
}

extension TestApp {
    /// Uploads a file and waits until it is read in.
    func readyTrack(_ file: Data, _ account: TestAccount) async throws -> [String: Any] {
        let response = try await upload(file, named: "noise.wav", token: account.accessToken)
        guard response.status == 201, let id = (response.data as? [String: Any])?["id"] as? Int else {
            throw TestFailure("the upload answered \(response)")
        }
        let track = try await settledTrack(id, token: account.accessToken)
        guard track["status"] as? String == "ready" else { throw TestFailure("the track is \(track)") }
        return track
    }
}
