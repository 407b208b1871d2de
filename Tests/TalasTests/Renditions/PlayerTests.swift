import Foundation
import NIOHTTP1
import TestSupport
import Testing

/// Programs of the system on renditions that nobody asked for before.
struct PlayerTests {
    private static let forms = RenditionForms.all + ["mp3&bitrate=320", "opus&bitrate=32&channels=1"]
    private static let seconds = 19.7

    private struct Stage {
        let app: TestApp
        let token: String
        let track: Int
        /// Signed: it takes no header.
        let url: String
    }

    /// Broken off at one place and another, `curl -C -` goes on there, on segments that nobody has made.
    @Test func curlGoesOnWhereItWasBrokenOff() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix(state: seed)
        try await Self.run { stage in
            for form in Self.forms {
                let url = "\(stage.url)&format=\(form)"
                let size = try await Self.size(url, stage)
                let file = stage.app.directory.path + "/resumed"
                let first = Int.random(in: 1..<size, using: &random)
                try await Self.curl(["-r", "0-\(first - 1)", "-o", file, url])
                for _ in 0..<2 {
                    try await Self.curl(["-C", "-", "-o", file, url])
                    let bytes = try Data(contentsOf: URL(filePath: file))
                    #expect(bytes.count == size, "seed \(seed), \(form)")
                    try await stage.app.purgeCache(stage.token)
                    let whole = try await RenditionForms.whole(stage.app, stage.track, form, stage.token)
                    #expect(bytes == whole, "seed \(seed), \(form)")
                    try await stage.app.purgeCache(stage.token)
                    let cut = Int.random(in: 1..<size, using: &random)
                    try bytes.prefix(cut).write(to: URL(filePath: file))
                }
            }
        }
    }

    /// What ffmpeg hears from a place of a cold rendition is what it hears there in the finished file.
    @Test func ffmpegSeeksAsInAFile() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix(state: seed)
        try await Self.run { stage in
            for form in Self.forms {
                let url = "\(stage.url)&format=\(form)"
                _ = try await Self.size(url, stage)
                var heard: [(place: String, samples: Data)] = []
                for _ in 0..<2 {
                    let place = String(Double.random(in: 0..<Self.seconds - 1, using: &random))
                    heard.append((place, try await Self.listen(to: url, from: place)))
                    try await stage.app.purgeCache(stage.token)
                }
                let file = stage.app.directory.path + "/whole"
                try await RenditionForms.whole(stage.app, stage.track, form, stage.token)
                    .write(to: URL(filePath: file))
                for (place, samples) in heard {
                    #expect(samples.count == 96_000, "seed \(seed), \(form) from \(place)")
                    #expect(
                        try await Self.listen(to: file, from: place) == samples, "seed \(seed), \(form) from \(place)")
                }
            }
        }
    }

    /// Half a second of 16 bits, in stereo.
    private static func listen(to source: String, from place: String) async throws -> Data {
        let program = try await Program.run(
            "ffmpeg",
            [
                "-nostdin", "-v", "error", "-ss", place, "-i", source, "-t", "0.5", "-f", "s16le", "-ac", "2", "-ar",
                "48000", "-",
            ])
        guard program.status == 0 else { throw TestFailure("ffmpeg at \(place): \(program.errors)") }
        return program.output
    }

    private static func curl(_ arguments: [String]) async throws {
        let program = try await Program.run("curl", ["--silent", "--show-error", "--fail"] + arguments)
        guard program.status == 0 else { throw TestFailure("curl \(arguments): \(program.errors)") }
    }

    /// By HEAD, which encodes nothing, but for a FLAC.
    private static func size(_ url: String, _ stage: Stage) async throws -> Int {
        while true {
            let head = try await stage.app.request(.HEAD, url)
            if head.status == 200, let size = head.headers["Content-Length"].first.flatMap({ Int($0) }) { return size }
            guard head.status == 503 else { throw TestFailure("HEAD \(url) answered \(head)") }
        }
    }

    private static func run(_ body: (Stage) async throws -> Void) async throws {
        try await withTestDatabase { database in
            try await TestApp.run(databaseURL: database.url) { app in
                let token = try await app.administrator("ann", in: database)
                let upload = try await app.upload(Fixture.noise(seconds: seconds, seed: 77), token: token)
                let id = try #require((upload.data as? [String: Any])?["id"] as? Int)
                let track = try await app.settledTrack(id, token: token)
                let url = try #require(track["stream_url"] as? String)
                try await body(
                    Stage(app: app, token: token, track: id, url: url.hasPrefix("http") ? url : app.url + url))
            }
        }
    }
}
