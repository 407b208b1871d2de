import Foundation
import NIOHTTP1
import Postgres
import TestSupport
import Testing

/// Servers that let a media node work, over TCP.
struct MediaNodeTests {
    private static let secret = "a secret of media nodes, long enough for all"
    private static let shared = ["JWT_SECRET": String(repeating: "k", count: 32)]

    /// A port that is free now.
    private func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                bind(descriptor, raw, length) == 0 ? getsockname(descriptor, raw, &length) : -1
            }
        }
        try #require(status == 0)
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private func environment(_ more: [String: String]) -> [String: String] {
        Self.shared.merging(more) { _, new in new }
    }

    @Test func anotherMachineDoesTheWork() async throws {
        try await withTestDatabase { database in
            let (main, other) = (try TemporaryDirectory(), try TemporaryDirectory())
            let (uploads, port) = (main.path + "/uploads", try freePort())
            let node = try await TestApp.start(
                databaseURL: database.url,
                environment: environment([
                    "MEDIA_BIND_ADDR": "127.0.0.1:\(port)", "MEDIA_SECRET": Self.secret, "UPLOAD_PATH": uploads,
                ]), arguments: ["--roles", "media"], in: other)
            let app = try await TestApp.start(
                databaseURL: database.url,
                environment: environment([
                    "MEDIA_WORKERS": "127.0.0.1:\(port)", "MEDIA_SECRET": Self.secret, "UPLOAD_PATH": uploads,
                ]), in: main)
            let account = try await app.signUp("ann")
            let track = try await app.readyTrack(Fixture.noise(seconds: 12, seed: 11), account)
            let stream = try #require(track["stream_url"] as? String)
            for format in ["mp3&bitrate=96", "opus&bitrate=64", "wav"] {
                let path = "\(stream)&format=\(format)"
                let (here, there) = (try await app.request(.GET, path), try await node.request(.GET, path))
                #expect(here.status == 200 && here.body == there.body, "\(format)")
                #expect(here.headers.first(name: "etag") == there.headers.first(name: "etag"), "\(format)")
            }
            let tried = try await app.addPaper(account, in: database)
            #expect(tried.status == 201, "\(tried)")
            #expect(app.process.workers == [])
            #expect(!node.process.workers.isEmpty)

            await node.process.killAtOnce()
            let answer = try await app.request(.GET, "\(stream)&format=mp3&bitrate=320")
            #expect(answer.status == 503 && answer.code == "media_interrupted", "\(answer)")
            await app.process.end()
        }
    }

    #if arch(x86_64)
        @Test func whatOneNodeEncodesOtherwiseAnotherDoes() async throws {
            try await withTestDatabase { database in
                let (main, alike, unlike) = (
                    try TemporaryDirectory(), try TemporaryDirectory(), try TemporaryDirectory()
                )
                let (uploads, ports) = (main.path + "/uploads", [try freePort(), try freePort()])
                func node(_ port: Int, _ more: [String: String], _ directory: TemporaryDirectory) async throws
                    -> TestApp
                {
                    let own = [
                        "MEDIA_BIND_ADDR": "127.0.0.1:\(port)", "MEDIA_SECRET": Self.secret, "UPLOAD_PATH": uploads,
                    ]
                    return try await TestApp.start(
                        databaseURL: database.url, environment: environment(own.merging(more) { _, new in new }),
                        arguments: ["--roles", "media"], in: directory)
                }
                let first = try await node(ports[0], [:], alike)
                // It is the first, so renditions are made its way.
                #expect(try await first.request(.GET, "/readyz").status == 200)
                let second = try await node(ports[1], ["MEDIA_CPU_FLAGS": "sse2"], unlike)
                #expect(try await second.request(.GET, "/readyz").status == 503)
                let app = try await TestApp.start(
                    databaseURL: database.url,
                    environment: environment([
                        "MEDIA_WORKERS": "127.0.0.1:\(ports[1]),127.0.0.1:\(ports[0])", "MEDIA_SECRET": Self.secret,
                        "UPLOAD_PATH": uploads,
                    ]), in: main)
                #expect(try await app.request(.GET, "/readyz").status == 200)
                let track = try await app.readyTrack(Fixture.noise(seconds: 2, seed: 14), try await app.signUp("ann"))
                let stream = try #require(track["stream_url"] as? String)
                for format in ["aac&bitrate=96", "mp3&bitrate=64", "flac"] {
                    let path = "\(stream)&format=\(format)"
                    let (here, there) = (try await app.request(.GET, path), try await first.request(.GET, path))
                    #expect(here.status == 200 && here.body == there.body, "\(format): \(here)")
                    #expect(here.headers["ETag"] == there.headers["ETag"])
                }
                await first.process.end()
                let answer = try await app.request(.GET, "\(stream)&format=aac&bitrate=256")
                #expect(answer.status == 503, "\(answer)")
                await app.process.end()
                await second.process.end()
            }
        }
    #endif

    @Test func anotherSecretIsRefused() async throws {
        try await withTestDatabase { database in
            let (main, other) = (try TemporaryDirectory(), try TemporaryDirectory())
            let (uploads, port) = (main.path + "/uploads", try freePort())
            let node = try await TestApp.start(
                databaseURL: database.url,
                environment: environment([
                    "MEDIA_BIND_ADDR": "127.0.0.1:\(port)", "MEDIA_SECRET": Self.secret, "UPLOAD_PATH": uploads,
                ]), arguments: ["--roles", "media"], in: other)
            let app = try await TestApp.start(
                databaseURL: database.url,
                environment: environment([
                    "MEDIA_WORKERS": "127.0.0.1:\(port)", "MEDIA_SECRET": Self.secret + " or not",
                    "UPLOAD_PATH": uploads,
                ]), in: main)
            let account = try await app.signUp("ann")
            let answer = try await app.upload(
                Fixture.noise(seconds: 1, seed: 12), named: "noise.wav", token: account.accessToken)
            #expect(answer.status == 503)
            #expect("\(answer)".contains("MEDIA_SECRET"))
            await app.process.end()
            await node.process.end()
        }
    }

    @Test(arguments: [
        (["MEDIA_BIND_ADDR": "127.0.0.1:7070"], "MEDIA_SECRET"),
        (["MEDIA_WORKERS": "10.0.0.5:7070", "MEDIA_SECRET": "short"], "MEDIA_SECRET"),
        (["MEDIA_WORKERS": "ten"], "MEDIA_WORKERS"),
        (["MEDIA_WORKERS": "a:1", "MEDIA_BIND_ADDR": "b:2", "MEDIA_SECRET": secret], "MEDIA_BIND_ADDR"),
    ])
    func refusesToStartWithoutWhatItNeeds(environment: [String: String], variable: String) async throws {
        let program = try await Program.talas(["serve"], environment: environment)
        #expect(program.status == 1)
        #expect(program.errors.contains(variable), "\(program.errors)")
    }
}

extension TestApp {
    /// Adds a product to the account's collection, and a file to that.
    fileprivate func addPaper(_ account: TestAccount, in test: TestDatabase) async throws -> TestResponse {
        let database = Database(test.settings, logger: quietLogger)
        let product = try await database.row("INSERT INTO products (name) VALUES ('MK-1') RETURNING id") {
            row throws(PostgresError) -> Int in try row.decode("id")
        }
        await database.close()
        let added = try await api(.POST, "/user-products", ["product_id": product ?? 0], token: account.accessToken)
        let form = TestApp.form(Data("%PDF-1.4\n%%EOF\n".utf8), named: "paper.pdf", fields: [("type", "manual")])
        return try await request(
            .POST, "/api/v1/products/\((added.data as? [String: Any])?["id"] ?? 0)/files", headers: form.headers,
            body: form.body, token: account.accessToken)
    }
}
