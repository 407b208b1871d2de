import Postgres
import Foundation
import NIOHTTP1
import TestSupport
import Testing

@testable import API

struct UserProductRoutesTests {
    @Test func aCollectionIsKept() async throws {
        try await CatalogueApp.run { test in
            let ann = test.ann.accessToken
            let product = try await test.product(["name": "MK-1", "brand": "Talas", "warranty_months": 24])
            let item = try await test.own([
                "product_id": product, "version": "2.0", "serial_number": "TAL-001234", "purchase_date": "2023-01-31",
                "purchase_price": 299, "notes": "Bought from official store",
            ])
            #expect(
                Set(item.keys).isSuperset(of: [
                    "id", "user_id", "product_id", "product_name", "category_name", "brand", "model", "version",
                    "serial_number", "purchase_date", "purchase_price", "warranty_expires", "is_under_warranty",
                    "status", "notes", "files_count", "docs_count",
                ]))
            #expect(item["purchase_date"] as? String == "2023-01-31" && item["status"] as? String == "active")
            // From the day of purchase and the product's months.
            #expect(item["warranty_expires"] as? String == "2025-01-31")
            #expect(item["is_under_warranty"] as? Bool == false)
            let id = try #require(item["id"] as? Int)

            func put(_ fields: [String: any Sendable]) async throws -> [String: Any] {
                let answer = try await test.app.api(.PUT, "/user-products/\(id)", fields, token: ann)
                #expect(answer.status == 200, "\(answer)")
                return CatalogueApp.object(answer)
            }
            #expect(try await put(["version": "2.1"])["serial_number"] as? String == "TAL-001234")
            // What follows from the day of purchase follows it further…
            #expect(try await put(["purchase_date": "2024-02-29"])["warranty_expires"] as? String == "2026-02-28")
            // …until it is given, and again when that is taken back.
            #expect(try await put(["warranty_expires": "2030-01-01"])["warranty_expires"] as? String == "2030-01-01")
            #expect(try await put(["purchase_date": "2020-01-01"])["warranty_expires"] as? String == "2030-01-01")
            let derived = try await put(["warranty_expires": NSNull(), "status": "sold"])
            #expect(derived["warranty_expires"] as? String == "2022-01-01" && derived["status"] as? String == "sold")
            #expect(try await put(["notes": NSNull()])["notes"] is NSNull)

            let other = try await test.product(["name": "MK-2"])
            _ = try await test.own(["product_id": other])
            let list = try await test.app.api(.GET, "/user-products", token: ann)
            #expect(CatalogueApp.objects(list).compactMap { $0["product_id"] as? Int } == [other, product])
            let sold = try await test.app.api(.GET, "/user-products?status=sold", token: ann)
            #expect(CatalogueApp.objects(sold).count == 1)
            #expect(try await test.app.api(.GET, "/user-products?status=lost", token: ann).status == 400)
            #expect(
                try await test.app.api(.DELETE, "/admin/products/\(other)", token: test.admin.accessToken).code
                    == "product_in_use")
            #expect(try await test.app.api(.DELETE, "/user-products/\(id)", token: ann).status == 200)
            #expect(try await test.app.api(.GET, "/user-products/\(id)", token: ann).status == 404)
        }
    }

    @Test func strangersSeeNothing() async throws {
        try await CatalogueApp.run { test in
            let item = try await test.own(["product_id": try await test.product(["name": "MK-1"])])
            let path = "/user-products/\(try #require(item["id"] as? Int))"
            for token in [test.bob.accessToken, test.admin.accessToken] {
                #expect(try await test.app.api(.GET, path, token: token).status == 404)
                #expect(try await test.app.api(.PUT, path, ["notes": "mine"], token: token).status == 404)
                #expect(try await test.app.api(.DELETE, path, token: token).status == 404)
            }
            for (method, path) in [
                (HTTPMethod.GET, path), (.PUT, path), (.DELETE, path), (.GET, "/user-products"),
                (.POST, "/user-products"), (.GET, "/user-products/warranty"),
            ] {
                #expect(try await test.app.api(method, path).status == 401, "\(method) \(path)")
            }
            try await test.database.execute("UPDATE users SET status = 'suspended' WHERE id = $1", test.ann.id)
            #expect(try await test.app.api(.GET, path, token: test.ann.accessToken).status == 200)
            let refused = try await test.app.api(.PUT, path, ["notes": "x"], token: test.ann.accessToken)
            #expect(refused.code == "account_suspended")
        }
    }

    @Test func nonsenseIsNamedByField() async throws {
        try await CatalogueApp.run { test in
            let product = try await test.product(["name": "MK-1"])
            let cases: [(String, [String: any Sendable])] = [
                ("product_id", [:]), ("product_id", ["product_id": 0]), ("product_id", ["product_id": 4_242]),
                ("product_id", ["product_id": 9_999_999_999]),
                ("purchase_date", ["product_id": product, "purchase_date": "2023-02-29"]),
                ("purchase_date", ["product_id": product, "purchase_date": "15/06/2023"]),
                ("purchase_price", ["product_id": product, "purchase_price": -1]),
                ("purchase_price", ["product_id": product, "purchase_price": "12"]),
                ("status", ["product_id": product, "status": "lost"]),
                ("version", ["product_id": product, "version": String(repeating: "v", count: 51)]),
                ("notes", ["product_id": product, "notes": "a\u{0}b"]),
            ]
            for (field, body) in cases {
                let answer = try await test.app.api(.POST, "/user-products", body, token: test.ann.accessToken)
                #expect(answer.status == 400, "\(body)")
                #expect(CatalogueApp.fields(answer)[field] != nil, "\(body)")
            }
        }
    }

    @Test func warrantiesAreListedByTheirEnd() async throws {
        try await CatalogueApp.run { test in
            for (name, offset) in [("gone", -1), ("today", 0), ("soon", 30), ("later", 31), ("last", 400)] {
                _ = try await test.own([
                    "product_id": try await test.product(["name": name]),
                    "warranty_expires": CatalogueApp.day(offset),
                ])
            }
            _ = try await test.own(["product_id": try await test.product(["name": "unknown"])])
            func names(_ query: String) async throws -> [String] {
                let answer = try await test.app.api(
                    .GET, "/user-products/warranty\(query)", token: test.ann.accessToken)
                #expect(answer.status == 200)
                return CatalogueApp.objects(answer).compactMap { $0["product_name"] as? String }
            }
            #expect(try await names("") == ["gone", "today", "soon", "later", "last", "unknown"])
            #expect(try await names("?filter=expiring") == ["today", "soon"])
            #expect(try await names("?filter=expiring&days=31") == ["today", "soon", "later"])
            #expect(try await names("?filter=expired") == ["gone"])
            #expect(try await names("?filter=active") == ["today", "soon", "later", "last"])
            let first = try await test.app.api(.GET, "/user-products/warranty", token: test.ann.accessToken)
            #expect(CatalogueApp.objects(first).map { $0["days_left"] as? Int } == [-1, 0, 30, 31, 400, nil])
            #expect(
                CatalogueApp.objects(first).map { $0["is_under_warranty"] as? Bool } == [
                    false, true, true, true, true, false,
                ])
            for query in ["?filter=soon", "?days=0", "?days=x"] {
                let answer = try await test.app.api(
                    .GET, "/user-products/warranty\(query)", token: test.ann.accessToken)
                #expect(answer.status == 400)
            }
        }
    }

    @Test(arguments: [
        ("2024-02-29", true), ("2023-02-29", false), ("1900-02-29", false), ("2000-02-29", true),
        ("2023-13-01", false), ("2023-1-01", false), ("20230-01-01", false), ("２０２３-01-01", false), ("", false),
    ])
    func days(text: String, isDay: Bool) { #expect((CalendarDay(rawValue: text) != nil) == isDay) }
}
