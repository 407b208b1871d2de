import Foundation
import NIOHTTP1
import Media
import TestSupport
import Testing

@Suite struct CoverRoutesTests {
    private static let withCover = "sine-440hz-1s-stereo-44.1k-cover.mp3"

    private func put(_ test: TracksApp, _ id: Int, _ picture: Data, token: String?) async throws -> TestResponse {
        let form = TestApp.form(picture, named: "cover.png")
        return try await test.app.request(
            .PUT, "/api/v1/tracks/\(id)/cover", headers: form.headers, body: form.body, token: token)
    }

    private func uploadWithCover(_ test: TracksApp, fields: [(String, String)] = []) async throws -> TrackJSON {
        let track = try await test.upload(try Fixture.data(Self.withCover), named: "a.mp3", fields: fields)
        return try #require(TrackJSON(try await test.app.settledTrack(track.id, token: test.ann.accessToken)))
    }

    @Test func thePictureOfTheFileIsServedInEverySize() async throws {
        try await TracksApp.run { test in
            let track = try await uploadWithCover(test)
            let url = track.text("cover_url")
            for size in ["", "&size=64", "&size=65", "&size=1200"] {
                let cover = try await test.app.request(.GET, url + size)
                #expect(cover.status == 200)
                #expect(cover.headers["Content-Type"].first == "image/jpeg")
                #expect(cover.headers["X-Content-Type-Options"].first == "nosniff")
                // Never enlarged.
                #expect(PictureHeader([UInt8](cover.body))?.width == 32)
            }
            let cover = try await test.app.request(.GET, url)
            let etag = try #require(cover.headers["ETag"].first)
            #expect(!etag.hasPrefix("W/"))
            #expect(try await test.app.request(.GET, url, headers: ["If-None-Match": etag]).status == 304)
            let head = try await test.app.request(.HEAD, url)
            #expect(head.headers["Content-Length"].first == "\(cover.body.count)")
            for size in ["0", "63", "1201", "x"] {
                #expect(try await test.app.request(.GET, url + "&size=\(size)").status == 400)
            }
            #expect(try test.stored("blobs").contains { $0.hasSuffix(".picture-600") })
        }
    }

    @Test func withoutACoverThereIsNone() async throws {
        try await TracksApp.run { test in
            let track = try await test.upload(Fixture.noise(seconds: 1, seed: 80))
            #expect(track.members["cover_url"] is NSNull)
            let answer = try await test.app.api(.GET, "/tracks/\(track.id)/cover", token: test.bob.accessToken)
            #expect(answer.status == 404)
            #expect(answer.code == "no_cover")
        }
    }

    @Test func theOwnerSetsAndRemovesIt() async throws {
        try await TracksApp.run { test in
            let ann = test.ann.accessToken
            let track = try await uploadWithCover(test)
            let png = try Fixture.data("malformed/picture.mp3")
            let before = try await test.app.request(.GET, track.text("cover_url") + "&size=1200").body
            let changed = try await put(test, track.id, try Fixture.data("cover-200x100.webp"), token: ann)
            #expect(changed.status == 200)
            let url = try #require(TrackJSON(changed.data)).text("cover_url")
            let after = try await test.app.request(.GET, url + "&size=1200").body
            #expect(after != before)
            #expect(PictureHeader([UInt8](after))?.width == 200)
            #expect(PictureHeader([UInt8](try await test.app.request(.GET, url + "&size=64").body))?.height == 32)
            #expect(try await put(test, track.id, png, token: ann).status == 200)
            // The first picture came back out of the trash, into which the one in between went.
            #expect(try test.stored("trash").count == 1)
            let removed = try await test.app.api(.DELETE, "/tracks/\(track.id)/cover", token: ann)
            #expect(removed.status == 200)
            #expect(try await test.app.track(track.id, token: ann)["cover_url"] is NSNull)
            #expect(try await test.app.request(.GET, url).code == "no_cover")
            #expect(try await test.app.api(.DELETE, "/tracks/\(track.id)/cover", token: ann).status == 200)
        }
    }

    @Test func whatIsNoPictureIsRefused() async throws {
        try await TracksApp.run { test in
            let ann = test.ann.accessToken
            let track = try await test.upload(Fixture.noise(seconds: 1, seed: 81))
            #expect(try await put(test, track.id, Data("no picture".utf8), token: ann).status == 415)
            #expect(try await put(test, track.id, Fixture.noise(seconds: 1, seed: 82), token: ann).status == 415)
            // Refused by its declared length, before any of it is sent.
            var headers = TestApp.form(Data(), named: "cover.png").headers
            headers.add(name: "Authorization", value: "Bearer \(ann)")
            let large = OpenRequest(
                .PUT, "\(test.app.url)/api/v1/tracks/\(track.id)/cover", headers: headers, length: 11 << 20)
            #expect(try await large.status == 413)
            large.finish()
            var bomb = try Fixture.data("malformed/picture.mp3")
            bomb.replaceSubrange(16..<24, with: [0, 0, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF])
            let refused = try await put(test, track.id, bomb, token: ann)
            #expect(refused.status == 413)
            #expect(refused.code == "media_too_large")
            #expect(try await put(test, track.id, Data(), token: ann).status == 400)
        }
    }

    @Test func strangersSeeWhatTheyMaySee() async throws {
        try await TracksApp.run { test in
            let (ann, bob) = (test.ann.accessToken, test.bob.accessToken)
            let track = try await uploadWithCover(test)
            let path = "/api/v1/tracks/\(track.id)/cover"
            // Of a public track for everybody, and only to be changed by its owner.
            #expect(try await test.app.request(.GET, path).status == 200)
            #expect(try await put(test, track.id, try Fixture.data("malformed/picture.mp3"), token: bob).status == 403)
            #expect(try await put(test, track.id, try Fixture.data("malformed/picture.mp3"), token: nil).status == 401)
            #expect(try await test.app.api(.DELETE, "/tracks/\(track.id)/cover", token: bob).status == 403)
            func set(_ visibility: String) async throws -> TrackJSON {
                let answer = try await test.app.api(
                    .PUT, "/tracks/\(track.id)", ["visibility": visibility], token: ann)
                return try #require(TrackJSON(answer.data))
            }
            let bobs = TrackJSON(try await test.app.track(track.id, token: bob))?.text("cover_url") ?? ""
            let unlisted = try await set("unlisted")
            let key = try #require(unlisted.text("share_url").split(separator: "=").last)
            #expect(try await test.app.request(.GET, path).status == 401)
            #expect(try await test.app.request(.GET, path, token: bob).status == 404)
            #expect(try await test.app.request(.GET, path + "?key=\(key)", token: bob).status == 200)
            let hidden = try await set("private")
            #expect(try await test.app.request(.GET, path).status == 401)
            #expect(try await test.app.request(.GET, path, token: bob).status == 404)
            #expect(try await test.app.request(.GET, path + "?key=\(key)", token: bob).status == 404)
            #expect(try await test.app.request(.GET, bobs).status == 404)
            #expect(try await test.app.request(.GET, hidden.text("cover_url")).status == 200)
            // A signature for another variant opens nothing.
            let wrong = hidden.fileURL.split(separator: "?").last ?? ""
            #expect(try await test.app.request(.GET, "\(path)?\(wrong)").status == 401)
        }
    }
}
