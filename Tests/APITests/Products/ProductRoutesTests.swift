import Postgres
import Foundation
import NIOHTTP1
import TestSupport
import Testing

@testable import API

struct ProductRoutesTests {
    private static let talas: [String: any Sendable] = [
        "name": "Talas MK-2", "brand": "Talas Audio", "model": "MK-2", "price": 399, "warranty_months": 24,
        "description": "Next generation audio interface",
        "specifications": ["inputs": 4, "sampleRate": "192kHz", "nested": ["a_b": true] as [String: any Sendable]]
            as [String: any Sendable],
    ]

    @Test func anAdministratorKeepsTheCatalogue() async throws {
        try await CatalogueApp.run { test in
            let admin = test.admin.accessToken
            let made = try await test.app.api(.POST, "/admin/categories", ["name": "Interfaces"], token: admin)
            #expect(made.status == 201)
            let category = try #require(CatalogueApp.object(made)["id"] as? Int)
            #expect(
                try await test.app.api(.POST, "/admin/categories", ["name": "interfaces"], token: admin).status == 409)

            let id = try await test.product(Self.talas.merging(["category_id": category]) { $1 })
            // Anybody reads it, without an account.
            let shown = CatalogueApp.object(try await test.app.api(.GET, "/products/\(id)"))
            #expect(shown["category_name"] as? String == "Interfaces" && shown["docs_count"] as? Int == 0)
            let specifications = try #require(shown["specifications"] as? [String: Any])
            // An administrator's own names are not ours to change.
            #expect(specifications["sampleRate"] as? String == "192kHz" && specifications["inputs"] as? Int == 4)
            #expect((specifications["nested"] as? [String: Bool]) == ["a_b": true])
            let listed = try await test.app.api(.GET, "/products?category_id=\(category)&brand=talas%20AUDIO")
            #expect(CatalogueApp.objects(listed).count == 1)
            #expect((listed.json?["pagination"] as? [String: Int])?["total"] == 1)
            let categories = CatalogueApp.objects(try await test.app.api(.GET, "/categories"))
            #expect(categories.first?["products_count"] as? Int == 1)
            #expect(
                try await test.app.api(.DELETE, "/admin/categories/\(category)", token: admin).code == "category_in_use"
            )

            let changed = try await test.app.api(
                .PUT, "/admin/products/\(id)", ["price": 299, "status": "archived"], token: admin)
            #expect(CatalogueApp.object(changed)["price"] as? Int == 299)
            #expect(CatalogueApp.object(changed)["model"] as? String == "MK-2")
            #expect(CatalogueApp.objects(try await test.app.api(.GET, "/products")).isEmpty)
            #expect(try await test.app.api(.GET, "/products/\(id)").status == 200)
            let all = try await test.app.api(.GET, "/admin/products?status=archived", token: admin)
            #expect(CatalogueApp.objects(all).count == 1)
            #expect(try await test.app.api(.DELETE, "/admin/products/\(id)", token: admin).status == 200)
            #expect(try await test.app.api(.GET, "/products/\(id)").status == 404)
            #expect(try await test.app.api(.DELETE, "/admin/categories/\(category)", token: admin).status == 200)
            // What was done is written down, and what was refused is not.
            let audit = CatalogueApp.objects(try await test.app.api(.GET, "/admin/audit", token: admin))
            #expect(
                audit.map { $0["action"] as? String } == [
                    "category.deleted", "product.deleted", "product.updated", "product.created", "category.created",
                ])
            #expect(audit.map { $0["target_id"] as? Int } == [category, id, id, id, category])
            #expect(audit.allSatisfy { $0["actor_id"] as? Int == test.admin.id })
        }
    }

    @Test func strangersChangeNothing() async throws {
        try await CatalogueApp.run { test in
            let id = try await test.product(Self.talas)
            try await test.database.execute("UPDATE users SET role = 'moderator' WHERE id = $1", test.bob.id)
            let routes: [(HTTPMethod, String)] = [
                (.GET, "/admin/products"), (.POST, "/admin/products"), (.PUT, "/admin/products/\(id)"),
                (.DELETE, "/admin/products/\(id)"), (.GET, "/admin/categories"), (.POST, "/admin/categories"),
                (.PUT, "/admin/categories/1"), (.DELETE, "/admin/categories/1"),
            ]
            for (method, path) in routes {
                let body: [String: any Sendable]? = method == .POST || method == .PUT ? ["name": "x"] : nil
                #expect(try await test.app.api(method, path, body).status == 401, "\(method) \(path)")
                for account in [test.ann, test.bob] {
                    let answer = try await test.app.api(method, path, body, token: account.accessToken)
                    #expect(answer.status == 403, "\(method) \(path)")
                }
            }
            #expect(try await test.app.api(.GET, "/products/\(id)").status == 200)
        }
    }

    @Test func nonsenseIsNamedByField() async throws {
        try await CatalogueApp.run { test in
            let admin = test.admin.accessToken
            let cases: [(String, [String: any Sendable])] = [
                ("name", [:]), ("name", ["name": "  "]), ("name", ["name": 5]),
                ("name", ["name": String(repeating: "x", count: 201)]), ("name", ["name": "a\u{0}b"]),
                ("price", ["name": "x", "price": -1]), ("price", ["name": "x", "price": 99_999_999_999]),
                ("warranty_months", ["name": "x", "warranty_months": 1_201]),
                ("manufacturer_website", ["name": "x", "manufacturer_website": "javascript:alert(1)"]),
                ("category_id", ["name": "x", "category_id": 4_242]), ("status", ["name": "x", "status": "gone"]),
                ("specifications", ["name": "x", "specifications": ["a": "b\u{0}"]]),
                ("specifications", ["name": "x", "specifications": [1, 2]]),
            ]
            for (field, body) in cases {
                let answer = try await test.app.api(.POST, "/admin/products", body, token: admin)
                #expect(answer.status == 400, "\(body)")
                #expect(CatalogueApp.fields(answer)[field] != nil, "\(body)")
            }
            for path in ["/products/0", "/products/x", "/products/99999999999999", "/products/-1"] {
                #expect(try await test.app.api(.GET, path).status == 404, "\(path)")
            }
            for query in ["limit=0", "page=0", "category_id=x", "sort=price", "category_id=99999999999"] {
                #expect(try await test.app.api(.GET, "/products?\(query)").status == 400, "\(query)")
            }
        }
    }

    @Test func searchForgivesTypingErrors() async throws {
        try await CatalogueApp.run { test in
            var ids: [String: Int] = [:]
            for (brand, name) in [
                ("Focusrite", "Scarlett 2i2"), ("Focusrite", "Clarett 4Pre"), ("Élysée", "Préampli Éclair"),
                ("Shure", "SM7B"), ("100%", "Under_score"),
            ] {
                ids[name] = try await test.product(["name": name, "brand": brand, "model": name])
            }
            _ = try await test.product(["name": "Box", "description": "goes well with a scarlett"])
            let archived = try await test.product(["name": "Scarlett Solo"])
            _ = try await test.app.api(
                .PUT, "/admin/products/\(archived)", ["status": "archived"], token: test.admin.accessToken)
            func found(_ query: String) async throws -> [Int] {
                let text = query.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
                let answer = try await test.app.api(.GET, "/products/search?q=\(text)")
                #expect(answer.status == 200, "\(query)")
                return CatalogueApp.objects(answer).compactMap { $0["id"] as? Int }
            }
            for (query, name) in [
                ("scarlett", "Scarlett 2i2"), ("scarlet 2i2", "Scarlett 2i2"), ("focusrit scarlett", "Scarlett 2i2"),
                ("sacrlett", "Scarlett 2i2"), ("clarret", "Clarett 4Pre"), ("PREAMPLI eclair", "Préampli Éclair"),
                ("elysee", "Préampli Éclair"), ("sm7", "SM7B"), ("7b", "SM7B"), ("100%", "Under_score"),
            ] {
                #expect(try await found(query).first == ids[name], "\(query)")
            }
            #expect(try await found("scarlett").count == 2)
            #expect(try await !found("scarlett").contains(archived))
            for query in ["", "  ", "'; DROP TABLE products; --", "zzzzqqq", "\\", "%", "_", "( & |"] {
                _ = try await found(query)
            }
            #expect(try await found("zzzzqqq").isEmpty)
            #expect(try await found("").isEmpty)
            #expect(try await test.app.api(.GET, "/products/search?q=a%00b").status == 400)
            #expect(try await test.app.api(.GET, "/products/search?q=a&limit=101").status == 400)
            let first = try #require(
                CatalogueApp.objects(try await test.app.api(.GET, "/products/search?q=sm7b&limit=1")).first)
            #expect(Set(first.keys) == ["id", "name", "brand", "model", "description"])
        }
    }
}
