import Foundation
import Media
import NIOHTTP1
import TestSupport
import Testing

@testable import API

/// Avatars over HTTP, against the running program and its workers.
struct AvatarRoutesTests {
    private func put(_ test: TracksApp, _ picture: Data, token: String?) async throws -> TestResponse {
        let form = TestApp.form(picture, named: "me.png")
        return try await test.app.request(
            .PUT, "/api/v1/users/avatar", headers: form.headers, body: form.body, token: token)
    }

    private func avatar(_ response: TestResponse) -> String? {
        (response.data as? [String: Any])?["avatar"] as? String
    }

    @Test func isMadeSquareAndServedBySignedAddress() async throws {
        try await TracksApp.run { test in
            let ann = test.ann
            #expect(try await put(test, try Fixture.data("cover-200x100.webp"), token: nil).status == 401)
            let set = try await put(test, try Fixture.data("cover-200x100.webp"), token: ann.accessToken)
            #expect(set.status == 200, "\(set)")
            let url = try #require(avatar(set))
            #expect(url.hasPrefix("/uploads/avatars/\(ann.id).jpg?"))
            let picture = try await test.app.request(.GET, url)
            #expect(picture.status == 200)
            #expect(picture.headers["Content-Type"].first == "image/jpeg")
            let header = try #require(PictureHeader([UInt8](picture.body)))
            #expect(header.width == 512 && header.height == 512)
            let small = try await test.app.request(.GET, url + "&size=64")
            #expect(PictureHeader([UInt8](small.body))?.width == 64)
            let etag = try #require(picture.headers["ETag"].first)
            #expect(try await test.app.request(.GET, url, headers: ["If-None-Match": etag]).status == 304)
            #expect(try await test.app.request(.HEAD, url).status == 200)
            // Others get an address of their own.
            let seen = try await test.app.api(.GET, "/users/\(ann.id)", token: test.bob.accessToken)
            let bobs = try #require(avatar(seen))
            #expect(bobs != url)
            #expect(try await test.app.request(.GET, bobs).status == 200)
            #expect(try await test.app.request(.GET, url.replacing("&s=", with: "&s=x")).status == 401)
            #expect(try await test.app.api(.POST, "/auth/logout", token: test.bob.accessToken).status == 200)
            #expect(try await test.app.request(.GET, bobs).status == 401)
            #expect(try await test.app.request(.GET, url).status == 200)
        }
    }

    @Test func manyAtTheSameMomentAreAllServed() async throws {
        try await TracksApp.run { test in
            let picture = try Fixture.data("cover-200x100.webp")
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<12 {
                    let token = number.isMultiple(of: 2) ? test.ann.accessToken : test.bob.accessToken
                    group.addTask { try await put(test, picture, token: token).status }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses == Array(repeating: 200, count: 12))
        }
    }

    @Test func isReplacedAndRemoved() async throws {
        try await TracksApp.run { test in
            let token = test.ann.accessToken
            let first = try #require(avatar(try await put(test, try Fixture.data("cover-200x100.webp"), token: token)))
            #expect(try await put(test, try Fixture.data("malformed/picture.mp3"), token: token).status == 200)
            #expect(try test.stored("trash").count == 1)
            #expect(try await test.app.api(.DELETE, "/users/avatar", token: token).status == 200)
            #expect(try await test.app.request(.GET, first).status == 404)
            #expect(try test.stored("trash").count == 2)
            let profile = try await test.app.api(.GET, "/users/me", token: token)
            #expect((profile.data as? [String: Any])?["avatar"] is NSNull)
            #expect(try await test.app.api(.DELETE, "/users/avatar", token: token).status == 200)
            #expect(try await test.app.api(.DELETE, "/users/avatar").status == 401)
        }
    }

    @Test func whatIsNoPictureIsRefused() async throws {
        try await TracksApp.run { test in
            let token = test.ann.accessToken
            let svg = Data("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".utf8)
            for file in [Data("no picture".utf8), svg, Data("GIF89a<script>".utf8)] {
                #expect(try await put(test, file, token: token).status == 415)
            }
            let empty = try await put(test, Data(), token: token)
            #expect(empty.status == 400)
            // Says that it is 65,535 × 65,535 pixels.
            var bomb = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13])
            bomb.append(Data("IHDR".utf8))
            bomb.append(Data([0, 0, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF, 8, 6, 0, 0, 0, 0, 0, 0, 0]))
            #expect(try await put(test, bomb, token: token).status == 413)
            #expect(try await test.app.request(.GET, "/uploads/avatars/\(test.ann.id).jpg").status == 404)
            for name in ["0.jpg", "x.jpg", "1.png", "99999999999.jpg"] {
                #expect(try await test.app.request(.GET, "/uploads/avatars/\(name)").status == 404)
            }
        }
    }

    @Test func picturesThatAreMoreThanTheySeemDoNoHarm() async throws {
        var large = CraftedPNG(width: 30_000, height: 30_000)
        large.finish(width: 30_000, height: 30_000)
        // Says that it is small, and has pixels for a large one.
        var liar = CraftedPNG(width: 16, height: 16)
        liar.finish(width: 30_000, height: 30_000)
        // A comment of 256 MiB.
        var talker = CraftedPNG(width: 16, height: 16)
        talker.add("zTXt", Data("Comment\u{0}\u{0}".utf8) + CraftedPNG.deflated(zeros: 256 << 20))
        talker.finish(width: 16, height: 16)
        var film = CraftedPNG(width: 16, height: 16)
        film.add("acTL", CraftedPNG.big(20_000) + CraftedPNG.big(0))
        let pixels = CraftedPNG.deflated(zeros: 48)
        for frame in 0..<20_000 {
            let place = CraftedPNG.big(16) + CraftedPNG.big(16) + CraftedPNG.big(0) + CraftedPNG.big(0)
            film.add("fcTL", CraftedPNG.big(2 * frame) + place + Data([0, 1, 0, 100, 0, 0]))
            film.add("fdAT", CraftedPNG.big(2 * frame + 1) + pixels)
        }
        film.finish(width: 16, height: 16)
        let frame: [UInt8] = [0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0]
        var gif = Data("GIF89a".utf8)
        gif.append(contentsOf: [1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255])
        for _ in 0..<50_000 { gif.append(contentsOf: frame) }
        try await TracksApp.run { test in
            let pictures = [(large, [413]), (liar, [200, 415]), (talker, [200, 413, 415]), (film, [200, 415])]
            for (index, (picture, statuses)) in pictures.enumerated() {
                let answer = try await put(test, picture.data, token: test.ann.accessToken)
                #expect(statuses.contains(answer.status), "\(index): \(answer)")
            }
            #expect(try await put(test, gif, token: test.ann.accessToken).status == 415)
            let plain = try await put(test, try Fixture.data("cover-200x100.webp"), token: test.ann.accessToken)
            #expect(plain.status == 200)
        }
    }
}
