import Foundation
import NIOHTTP1
import TestSupport
import Testing

/// Nodes of one installation whose codecs do not encode alike, because FFmpeg uses other instructions of the processor.
struct MediaAdoptionTests {
    #if arch(x86_64)
        private static let other = ["MEDIA_CPU_FLAGS": "sse2"]
    #else
        private static let other = ["MEDIA_CPU_FLAGS": "-neon"]
    #endif
    private static let shared = ["JWT_SECRET": String(repeating: "k", count: 32)]

    /// Of a rate that has to be changed, and in a format whose decoder computes with floats: both go by the processor.
    private static func recording() throws -> Data { try Fixture.data("noise-1s-stereo-44.1k-vbr.mp3") }

    private static func start(
        _ database: TestDatabase, _ more: [String: String], uploads: TemporaryDirectory,
        in directory: TemporaryDirectory
    ) async throws -> TestApp {
        var environment = shared.merging(more) { _, new in new }
        environment["UPLOAD_PATH"] = uploads.path
        return try await TestApp.start(databaseURL: database.url, environment: environment, in: directory)
    }

    private static func talas(
        _ arguments: [String], _ database: TestDatabase, _ more: [String: String], uploads: TemporaryDirectory
    ) async throws -> Program {
        let directory = try TemporaryDirectory()
        var environment = more
        environment["DATABASE_URL"] = database.url
        environment["DATA_DIR"] = directory.path
        environment["UPLOAD_PATH"] = uploads.path
        return try await Program.talas(arguments, environment: environment)
    }

    /// Asks until the node has heard what happened elsewhere; in vain after so many times.
    private static func readiness(_ app: TestApp, isReady: Bool) async throws -> TestResponse {
        var answer = try await app.request(.GET, "/readyz")
        for _ in 0..<5_000 where (answer.status == 200) != isReady { answer = try await app.request(.GET, "/readyz") }
        return answer
    }

    @Test func aNodeThatEncodesOtherwiseServesWhatIsCachedUntilItsWayIsAdopted() async throws {
        try await withTestDatabase { database in
            let (uploads, directory) = (try TemporaryDirectory(), try TemporaryDirectory())
            let first = try await Self.start(database, [:], uploads: uploads, in: directory)
            let track = try await first.readyTrack(Self.recording(), try await first.signUp("ann"))
            let stream = try #require(track["stream_url"] as? String)
            let cached = "\(stream)&format=aac&bitrate=64"
            let before = try await first.request(.GET, cached)
            #expect(before.status == 200)
            #expect(try await first.request(.GET, "/readyz").status == 200)
            // The last thing that an encode does is to be written: a server that has ended has done it.
            await first.process.end()

            let node = try await Self.start(database, Self.other, uploads: uploads, in: directory)
            let unready = try await node.request(.GET, "/readyz")
            #expect(unready.status == 503 && "\(unready)".contains("talas media adopt"), "\(unready)")
            let again = try await node.request(.GET, cached)
            #expect(again.status == 200 && again.body == before.body)
            #expect(again.headers["ETag"] == before.headers["ETag"])
            for format in ["aac&bitrate=192", "mp3&bitrate=96", "opus&bitrate=48", "flac"] {
                let missing = try await node.request(.GET, "\(stream)&format=\(format)")
                #expect(missing.status == 503 && missing.code == "media_not_adopted", "\(format): \(missing)")
                #expect(missing.headers["Retry-After"].first != nil)
                #expect("\(missing)".contains("talas media adopt"))
            }
            let doctor = try await Self.talas(["doctor"], database, Self.other, uploads: uploads)
            #expect(doctor.status == 1 && doctor.text.contains("FAIL  encoding: The codecs here"), "\(doctor.text)")

            let trial = try await Self.talas(["media", "adopt", "--dry-run"], database, Self.other, uploads: uploads)
            #expect(trial.status == 0 && trial.text.contains("would be"), "\(trial.errors)")
            let adopted = try await Self.talas(["media", "adopt"], database, Self.other, uploads: uploads)
            #expect(adopted.status == 0 && adopted.text.contains("other ETags"), "\(adopted.errors)")
            #expect(try await Self.readiness(node, isReady: true).status == 200)
            let after = try await node.request(.GET, cached)
            // The bytes may happen to be the same ones, of one recording; nobody may rely on that.
            #expect(after.status == 200 && after.body.count == before.body.count)
            #expect(after.headers["ETag"] != before.headers["ETag"])
            #expect(try await node.request(.GET, "\(stream)&format=mp3&bitrate=96").status == 200)
            let content = try await Self.talas(["doctor"], database, Self.other, uploads: uploads)
            #expect(content.text.contains("ok    encoding"))
            await node.process.end()
        }
    }

    @Test func runningNodesLearnOfAnAdoption() async throws {
        try await withTestDatabase { database in
            let uploads = try TemporaryDirectory()
            let node = try await Self.start(database, [:], uploads: uploads, in: try TemporaryDirectory())
            let track = try await node.readyTrack(Fixture.noise(seconds: 2, seed: 91), try await node.signUp("ann"))
            let stream = try #require(track["stream_url"] as? String)
            let before = try await node.request(.GET, "\(stream)&format=aac&bitrate=64")

            _ = try await Self.talas(["media", "adopt"], database, Self.other, uploads: uploads)
            #expect(try await Self.readiness(node, isReady: false).status == 503)
            #expect(try await node.request(.GET, "\(stream)&format=aac&bitrate=64").code == "media_not_adopted")

            let back = try await Self.talas(["media", "adopt"], database, [:], uploads: uploads)
            #expect(back.status == 0)
            #expect(try await Self.readiness(node, isReady: true).status == 200)
            let after = try await node.request(.GET, "\(stream)&format=aac&bitrate=64")
            #expect(after.status == 200 && after.body == before.body && after.headers["ETag"] == before.headers["ETag"])
            let again = try await Self.talas(["media", "adopt"], database, [:], uploads: uploads)
            #expect(again.text.contains("nothing changes"))
            await node.process.end()
        }
    }

    @Test func whatFFmpegDoesNotKnowStopsTheStart() async throws {
        let program = try await Program.talas(
            ["serve"], environment: ["MEDIA_CPU_FLAGS": "abacus", "DATABASE_URL": "postgres://localhost:1/none"])
        #expect(program.status == 1)
        #expect(program.errors.contains("MEDIA_CPU_FLAGS"), "\(program.errors)")
    }
}
