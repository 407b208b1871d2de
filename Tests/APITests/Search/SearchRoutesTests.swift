import Foundation
import NIOHTTP1
import Postgres
import TestSupport
import Testing

@testable import API

struct SearchRoutesTests {
    private func search(_ query: String, by account: TestAccount, in test: AdminApp) async throws -> [String: Any] {
        let encoded = query.addingPercentEncoding(withAllowedCharacters: .urlQueryAllowed) ?? ""
        let response = try await test.app.api(.GET, "/search?\(encoded)", token: account.accessToken)
        guard response.status == 200 else { throw TestFailure("\(query) answered \(response)") }
        return members(response.data)
    }

    private func names(_ found: [String: Any], _ kind: String, _ field: String) -> [String] {
        (found[kind] as? [[String: Any]] ?? []).compactMap { $0[field] as? String }
    }

    @Test func findsTracksByWordsStemsBeginningsAndTags() async throws {
        try await AdminApp.run { test in
            _ = try await test.insertTrack(
                by: test.user, title: "Promenades d'été", artist: "Éloïse", description: "Des oiseaux enregistrés",
                tags: ["field-recording"])
            _ = try await test.insertTrack(by: test.user, title: "Running water", description: "Dancers in the rain")
            func titles(_ query: String) async throws -> [String] {
                names(try await search("q=\(query)", by: test.admin, in: test), "tracks", "title")
            }
            for query in [
                "promenade", "PROMENADES ete", "été", "eloise", "oiseau", "enregistrer", "promen", "field", "l'été",
                "promenades d'ete",
            ] {
                #expect(try await titles(query) == ["Promenades d'été"], "\(query)")
            }
            for query in ["run", "dance rain", "waters", "dancer"] {
                #expect(try await titles(query) == ["Running water"], "\(query)")
            }
            for query in ["omenade", "running oiseau", "!!!", "'; DROP TABLE tracks; --"] {
                #expect(try await titles(query) == [], "\(query)")
            }
        }
    }

    @Test func showsOnlyWhatTheCallerMaySee() async throws {
        try await AdminApp.run { test in
            for visibility in ["public", "unlisted", "private"] {
                _ = try await test.insertTrack(by: test.user, title: "Secret \(visibility)", visibility: visibility)
            }
            func titles(_ account: TestAccount) async throws -> Set<String> {
                Set(names(try await search("q=secret&type=tracks", by: account, in: test), "tracks", "title"))
            }
            #expect(try await titles(test.admin) == ["Secret public"])
            #expect(try await titles(test.user) == ["Secret public", "Secret unlisted", "Secret private"])
            try await test.database.execute("UPDATE users SET status = 'banned' WHERE id = $1", test.user.id)
            #expect(try await titles(test.admin) == [])
            #expect(names(try await search("q=ursula", by: test.moderator, in: test), "users", "username") == [])
        }
    }

    @Test func findsUsersProductsFilesAndTags() async throws {
        try await AdminApp.run { test in
            try await test.database.execute(
                "UPDATE users SET first_name = 'Zoé', email_visible = false WHERE id = $1", test.user.id)
            try await test.database.execute(
                """
                WITH product AS (
                  INSERT INTO products (name, brand, model) VALUES ('Talas MK-1', 'Zoé Audio', 'MK-1') RETURNING id),
                owned AS (INSERT INTO user_products (user_id, product_id) SELECT $1, id FROM product RETURNING id),
                content AS (INSERT INTO blobs (sha256, size) VALUES (repeat('a', 64), 5) RETURNING sha256)
                INSERT INTO files (product_id, filename, url, type, mime_type, size, sha256)
                SELECT id, 'zoe_manual.pdf', '/uploads/files/1_zoe_manual.pdf', 'manual', 'application/pdf', 5, sha256
                FROM owned, content
                """, test.user.id)
            _ = try await test.insertTrack(by: test.user, title: "A", tags: ["zoé"])
            let own = try await search("q=zoe", by: test.user, in: test)
            #expect(names(own, "users", "username") == ["ursula"])
            #expect(names(own, "users", "email") == [test.user.email])
            #expect(names(own, "products", "name") == ["Talas MK-1"])
            #expect(names(own, "files", "filename") == ["zoe_manual.pdf"])
            #expect(names(own, "files", "url").first?.hasPrefix("/uploads/files/1_zoe_manual.pdf?u=") == true)
            #expect(names(own, "tags", "name") == ["zoé"])
            #expect(names(own, "tracks", "title") == ["A"])
            let others = try await search("q=zoe", by: test.moderator, in: test)
            #expect(names(others, "users", "email") == [] && names(others, "files", "filename") == [])
            let some = try await search("q=zoe&type=products,tags&limit=1", by: test.user, in: test)
            #expect((some["users"] as? [Any])?.isEmpty == true && (some["products"] as? [Any])?.count == 1)
            for query in ["", "?q=", "?q=x&type=songs", "?q=x&limit=101"] {
                let refused = try await test.app.api(.GET, "/search\(query)", token: test.user.accessToken)
                #expect(refused.status == 400, "\(query)")
            }
        }
    }

    @Test func anAddressIsFoundByThoseWhoMaySeeIt() async throws {
        try await AdminApp.run { test in
            let query = "q=\(test.user.email)&type=users"
            func isFound(_ account: TestAccount) async throws -> Bool {
                try await names(search(query, by: account, in: test), "users", "username") == ["ursula"]
            }
            #expect(try await !isFound(test.moderator))
            #expect(try await isFound(test.admin))
            #expect(try await isFound(test.user))
            try await test.database.execute("UPDATE users SET email_visible = true WHERE id = $1", test.user.id)
            #expect(try await isFound(test.moderator))
        }
    }
}
