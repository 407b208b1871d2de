import Foundation
import NIOHTTP1
import TestSupport
import Testing

/// A server that is killed in the middle of a resumable upload loses nothing that it has told of.
struct KilledUploadTests {
    private static let environment = ["JWT_SECRET": String(repeating: "k", count: 32)]

    @Test func goesOnWhereItWas() async throws {
        try await withTestDatabase { database in
            let directory = try TemporaryDirectory()
            var app = try await TestApp.start(databaseURL: database.url, environment: Self.environment, in: directory)
            let token = try await app.signUp("ann").accessToken
            let file = Self.longWave()
            let location = try await create(app, file.count, token)
            let first = try await patch(app, location, file.prefix(500_000), at: 0, token)
            #expect(first.status == 204)
            let counted = try await killInTheMiddle(app, location, file, token)

            app = try await TestApp.start(databaseURL: database.url, environment: Self.environment, in: directory)
            let offset = try await offset(app, location, token)
            #expect(offset >= counted)
            let last = try await patch(app, location, file.dropFirst(offset), at: offset, token)
            #expect(last.status == 204)
            let id = try #require(last.headers.first(name: "Talas-Track-Id").flatMap { Int($0) })
            let track = try await app.settledTrack(id, token: token)
            #expect(track["status"] as? String == "ready")
            let url = try #require(track["stream_url"] as? String)
            #expect(try await app.request(.GET, url + "&format=original").body == file)
            await app.process.end()
        }
    }

    /// Sends all but the last bytes, waits until more than the first piece is counted, and kills the server.
    private func killInTheMiddle(_ app: TestApp, _ location: String, _ file: Data, _ token: String) async throws -> Int
    {
        let request = OpenRequest(
            .PATCH, app.url + location, headers: headers(500_000, token), length: file.count - 500_000)
        for start in stride(from: 500_000, to: file.count - 1_000, by: 1 << 20) {
            request.send(file[start..<min(start + 1 << 20, file.count - 1_000)])
        }
        var counted = 500_000
        while counted == 500_000 { counted = try await offset(app, location, token) }
        await app.process.killAtOnce()
        request.finish()
        await #expect(throws: (any Error).self) { try await request.status }
        return counted
    }

    private func create(_ app: TestApp, _ length: Int, _ token: String) async throws -> String {
        let made = try await app.request(
            .POST, "/uploads/tus", headers: ["Tus-Resumable": "1.0.0", "Upload-Length": "\(length)"], token: token)
        return try #require(made.headers.first(name: "Location"))
    }

    private func offset(_ app: TestApp, _ location: String, _ token: String) async throws -> Int {
        let head = try await app.request(.HEAD, location, headers: ["Tus-Resumable": "1.0.0"], token: token)
        return try #require(head.headers.first(name: "Upload-Offset").flatMap { Int($0) })
    }

    private func patch(
        _ app: TestApp, _ location: String, _ bytes: Data, at offset: Int, _ token: String
    ) async throws -> TestResponse {
        try await app.request(.PATCH, location, headers: headers(offset, token), body: bytes)
    }

    private func headers(_ offset: Int, _ token: String) -> HTTPHeaders {
        [
            "Tus-Resumable": "1.0.0", "Upload-Offset": "\(offset)", "Authorization": "Bearer \(token)",
            "Content-Type": "application/offset+octet-stream",
        ]
    }

    /// A second of sound and 22 MB that say nothing: more than is received between two checkpoints, soon read in.
    private static func longWave() -> Data {
        var file = Fixture.noise(seconds: 1, seed: 3)
        let silent = 22_000_000
        file.append(Data("JUNK".utf8))
        withUnsafeBytes(of: UInt32(silent).littleEndian) { file.append(contentsOf: $0) }
        file.append(Data(count: silent))
        withUnsafeBytes(of: UInt32(file.count - 8).littleEndian) { file.replaceSubrange(4..<8, with: $0) }
        return file
    }
}
