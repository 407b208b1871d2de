import Foundation
import NIOHTTP1
import TestSupport
import Testing

@testable import API

struct TagModerationTests {
    private func tags(_ test: AdminApp, _ path: String = "/tags") async throws -> [String: Int] {
        let response = try await test.app.api(.GET, path, token: test.user.accessToken)
        #expect(response.status == 200, "\(response)")
        return (response.data as? [[String: Any]] ?? []).reduce(into: [:]) {
            $0[$1["name"] as? String ?? ""] = $1["usage_count"] as? Int
        }
    }

    private func id(of tag: String, _ test: AdminApp) async throws -> Int {
        let response = try await test.app.api(.GET, "/tags", token: test.user.accessToken)
        let found = (response.data as? [[String: Any]])?.first { $0["name"] as? String == tag }
        return try #require(found?["id"] as? Int)
    }

    @Test func searchFoldsAccentsAndFindsBeginnings() async throws {
        try await AdminApp.run { test in
            _ = try await test.insertTrack(by: test.user, title: "A", tags: ["été-indien", "ambient"])
            _ = try await test.insertTrack(by: test.user, title: "B", tags: ["ambient"])
            _ = try await test.insertTrack(by: test.user, title: "C", visibility: "private", tags: ["ambient-secret"])
            #expect(try await tags(test, "/tags/search?q=AMB") == ["ambient": 2])
            #expect(try await tags(test, "/tags/search?q=ete") == ["été-indien": 1])
            #expect(try await tags(test, "/tags/search?q=indi") == ["été-indien": 1])
            #expect(try await tags(test, "/tags/search?q=mbient") == [:])
            #expect(try await tags(test, "/tags/search?q=!!") == [:])
            #expect(try await tags(test, "/tags/search") == ["ambient": 2, "été-indien": 1])
            let long = "/tags/search?q=" + String(repeating: "x", count: 201)
            #expect(try await test.app.api(.GET, long, token: test.user.accessToken).status == 400)
        }
    }

    @Test func moderatorsRenameMergeAndDelete() async throws {
        try await AdminApp.run { test in
            let both = try await test.insertTrack(by: test.user, title: "A", tags: ["hiphop", "hip-hop"])
            _ = try await test.insertTrack(by: test.user, title: "B", tags: ["hiphop", "noise"])
            let (old, kept) = (try await id(of: "hiphop", test), try await id(of: "hip-hop", test))
            let token = test.moderator.accessToken
            let taken = try await test.app.api(.PUT, "/tags/\(old)", ["name": "Hip Hop"], token: token)
            #expect(taken.status == 409 && taken.code == "tag_taken")
            for name in ["", "a,b", String(repeating: "x", count: 51)] {
                #expect(try await test.app.api(.PUT, "/tags/\(old)", ["name": name], token: token).status == 400)
            }
            #expect(try await test.app.api(.POST, "/tags/\(old)/merge", ["into": old], token: token).status == 400)
            #expect(try await test.app.api(.POST, "/tags/\(old)/merge", ["into": 999_999], token: token).status == 404)
            let merged = try await test.app.api(.POST, "/tags/\(old)/merge", ["into": kept], token: token)
            #expect(members(merged.data)["usage_count"] as? Int == 2, "\(merged)")
            let track = try await test.app.track(both, token: test.user.accessToken)
            #expect(track["tags"] as? [String] == ["hip-hop"])
            #expect(try await tags(test) == ["hip-hop": 2, "noise": 1])
            let renamed = try await test.app.api(.PUT, "/tags/\(kept)", ["name": "Rap"], token: token)
            #expect(members(renamed.data)["name"] as? String == "rap")
            let noise = "/tags/\(try await id(of: "noise", test))"
            #expect(try await test.app.api(.DELETE, noise, token: token).status == 200)
            #expect(try await test.app.api(.DELETE, noise, token: token).status == 404)
            #expect(try await tags(test) == ["rap": 2])
            let actions = try await test.audit("?target_kind=tag").map { $0["action"] as? String }
            #expect(actions == ["tag.deleted", "tag.renamed", "tag.merged"])
        }
    }
}
