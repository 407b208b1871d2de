import Foundation
import NIOHTTP1
import Platform
import Postgres
import TestSupport
import Testing

@testable import API

/// Personal access tokens over HTTP, against the running program.
struct TokenRoutesTests {
    private func make(
        _ app: TestApp, _ scopes: [String], as account: TestAccount, expiresIn: String? = nil
    ) async throws -> (id: Int, text: String) {
        var body: [String: any Sendable] = ["name": "script", "scopes": scopes]
        body["expires_in"] = expiresIn
        let made = try await app.api(.POST, "/auth/tokens", body, token: account.accessToken)
        let data = try #require(made.data as? [String: Any], "\(made)")
        #expect(made.status == 201)
        return (try #require(data["id"] as? Int), try #require(data["token"] as? String))
    }

    @Test func isShownOnceListedAndDeleted() async throws {
        try await TracksApp.run { test in
            let (id, token) = try await make(test.app, ["read"], as: test.ann, expiresIn: "30d")
            let list = try await test.app.api(.GET, "/auth/tokens", token: test.ann.accessToken)
            let entry = try #require((list.data as? [[String: Any]])?.first)
            #expect(Set(entry.keys) == ["id", "name", "scopes", "created_at", "last_used_at", "expires_at"])
            #expect(entry["scopes"] as? [String] == ["read"])
            #expect(entry["expires_at"] is String)
            #expect(!String(decoding: list.body, as: UTF8.self).contains(token))
            #expect(try await test.app.api(.GET, "/users/me", token: token).status == 200)

            // Somebody else's is not there.
            let bobs = try await test.app.api(.GET, "/auth/tokens", token: test.bob.accessToken)
            #expect((bobs.data as? [Any])?.isEmpty == true)
            #expect(try await test.app.api(.DELETE, "/auth/tokens/\(id)", token: test.bob.accessToken).status == 404)
            #expect(try await test.app.api(.GET, "/auth/tokens").status == 401)

            #expect(try await test.app.api(.DELETE, "/auth/tokens/\(id)", token: test.ann.accessToken).status == 200)
            #expect(try await test.app.api(.GET, "/users/me", token: token).status == 401)
            #expect(try await test.app.api(.DELETE, "/auth/tokens/\(id)", token: test.ann.accessToken).status == 404)
        }
    }

    @Test func saysWhatIsWrong() async throws {
        try await TracksApp.run { test in
            let cases: [([String: any Sendable], Set<String>)] = [
                ([:], ["name", "scopes"]), (["name": " ", "scopes": ["read"]], ["name"]),
                (["name": "x", "scopes": ["admin"]], ["scopes"]),
                (["name": "x", "scopes": ["read", "all"]], ["scopes"]),
                (["name": "x", "scopes": ["read"], "expires_in": "never"], ["expires_in"]),
                (["name": "x", "scopes": "read"], ["scopes"]),
            ]
            for (body, fields) in cases {
                let answer = try await test.app.api(.POST, "/auth/tokens", body, token: test.ann.accessToken)
                #expect(answer.status == 400)
                #expect(Set((answer.json?["fields"] as? [String: Any] ?? [:]).keys) == fields, "\(body)")
            }
        }
    }

    @Test func reachesAsFarAsItsScopes() async throws {
        try await TracksApp.run { test in
            let all = try await make(test.app, TokenScope.allCases.map(\.rawValue), as: test.ann).text
            for (method, path) in [
                (HTTPMethod.GET, "/auth/me"), (.GET, "/auth/tokens"), (.POST, "/auth/tokens"), (.GET, "/auth/sessions"),
                (.POST, "/auth/logout"), (.POST, "/auth/logout-all"), (.PUT, "/users/password"),
                (.GET, "/admin/media/cache"),
            ] {
                let answer = try await test.app.api(method, path, method == .GET ? nil : [:], token: all)
                #expect(answer.status == 403 && answer.code == "insufficient_scope", "\(method) \(path)")
            }
            let hidden = try await test.app.api(.PUT, "/users/me", ["email_visible": true], token: all)
            #expect(hidden.code == "insufficient_scope")

            let reader = try await make(test.app, ["read"], as: test.ann).text
            #expect(try await test.app.api(.GET, "/tracks", token: reader).status == 200)
            let refused = try await test.app.api(.PUT, "/users/me", ["bio": "x"], token: reader)
            #expect(refused.status == 403 && refused.code == "insufficient_scope")
            #expect(refused.json?["success"] as? Bool == false)
            let writer = try await make(test.app, ["write"], as: test.ann).text
            #expect(try await test.app.api(.PUT, "/users/me", ["bio": "x"], token: writer).status == 200)
            #expect(try await test.app.api(.GET, "/tracks", token: writer).code == "insufficient_scope")
            // A path in another spelling leads to the same route, and to the same answer.
            let spelled = try await test.app.request(.GET, "/api//v1/admin//media/cache", token: all)
            #expect(spelled.status == 403 || spelled.status == 404)
        }
    }

    @Test func signedAddressesEndWithTheToken() async throws {
        try await TracksApp.run { test in
            let track = try await test.upload(Fixture.noise(seconds: 1, seed: 90), named: "a.wav")
            let (id, token) = try await make(test.app, ["read", "stream"], as: test.ann)
            let seen = try #require(TrackJSON(try await test.app.track(track.id, token: token)))
            #expect(seen.streamURL.contains("c=t\(id)"))
            let original = seen.streamURL + "&format=original"
            #expect(try await test.app.request(.GET, original).status == 200)
            // What is answered from memory too.
            #expect(try await test.app.request(.GET, original).status == 200)

            // A token for reading only sees the track, but does not hear it.
            let reader = try await make(test.app, ["read"], as: test.ann).text
            let silent = try #require(TrackJSON(try await test.app.track(track.id, token: reader)))
            #expect(try await test.app.request(.GET, silent.streamURL).code == "insufficient_scope")
            let stream = try await test.app.api(.GET, "/tracks/\(track.id)/stream", token: reader)
            #expect(stream.code == "insufficient_scope")

            #expect(try await test.app.api(.DELETE, "/auth/tokens/\(id)", token: test.ann.accessToken).status == 200)
            #expect(try await test.app.request(.GET, original).status == 401)
        }
    }

    @Test func appPasswordsCanBeHadBack() async throws {
        try await AccountsFixture.run { fixture in
            let id = try await fixture.register()
            let caller = Caller(userID: id, username: "john", role: .user, status: .active, credential: .session(1))
            let plain = try await fixture.accounts.makeToken(.init(name: "a", scopes: ["read"]), for: caller)
            let made = try await fixture.accounts.makeToken(.init(name: "b", scopes: ["subsonic"]), for: caller)
            let found = try await fixture.accounts.appPasswords(username: "JOHN")
            #expect(found.map(\.text) == [made.token])
            #expect(plain.token != made.token)
            try await fixture.accounts.endToken(made.1.id, of: caller)
            #expect(try await fixture.accounts.appPasswords(username: "john").isEmpty)
            let kept = try await fixture.database.row(
                "SELECT count(*) AS n FROM access_tokens WHERE sealed IS NOT NULL"
            ) {
                row throws(PostgresError) in try row.decode("n") as Int
            }
            #expect(kept == 0, "what has ended cannot be had back")
        }
    }
}
