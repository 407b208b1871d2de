import Postgres
import Foundation
import NIOHTTP1
import TestSupport
import Testing

@testable import API
import Media
@testable import Platform

struct CollectionTransferTests {
    private static func send(
        _ test: CatalogueApp, _ body: Data, _ type: String, dryRun: String? = nil, token: String
    ) async throws -> TestResponse {
        let query = dryRun.map { "?dry_run=\($0)" } ?? ""
        return try await test.app.request(
            .POST, "/api/v1/user-products/import\(query)", headers: ["Content-Type": type], body: body, token: token)
    }

    private static func errors(_ answer: TestResponse) -> [[String: Any]] {
        CatalogueApp.object(answer)["errors"] as? [[String: Any]] ?? []
    }

    /// What the owner said of each product, without what another row would have otherwise.
    private static func collection(_ test: CatalogueApp, _ token: String) async throws -> [NSDictionary] {
        let answer = try await test.app.api(.GET, "/user-products?limit=100", token: token)
        return CatalogueApp.objects(answer).map { item in
            item.filter { !["id", "user_id", "created_at", "updated_at"].contains($0.key) } as NSDictionary
        }
    }

    @Test func aTableIsTriedThenTaken() async throws {
        try await CatalogueApp.run { test in
            let bob = test.bob.accessToken
            let first = try await test.product(["name": "MK-1", "brand": "Talas", "warranty_months": 12])
            _ = try await test.product(["name": "MK-2", "brand": "Talas"])
            _ = try await test.product(["name": "Twin", "brand": "A"])
            let twin = try await test.product(["name": "Twin", "brand": "B"])
            let good = """
                product_name;brand;serial_number;purchase_date;purchase_price;notes
                mk-1;talas;'=1;2024-01-31;12;"two
                lines"
                Twin;B;;;;
                """
            let tried = try await Self.send(test, Data(good.utf8), "text/csv", token: bob)
            #expect(tried.status == 200 && CatalogueApp.object(tried)["dry_run"] as? Bool == true)
            #expect(CatalogueApp.object(tried)["added"] as? Int == 2)
            #expect(try await Self.collection(test, bob).isEmpty)
            let taken = try await Self.send(test, Data(good.utf8), "text/csv", dryRun: "false", token: bob)
            #expect(taken.status == 201)
            let items = try await Self.collection(test, bob)
            #expect(items.compactMap { $0["product_id"] as? Int } == [twin, first])
            #expect(items[1]["serial_number"] as? String == "=1" && items[1]["notes"] as? String == "two\nlines")
            #expect(items[1]["warranty_expires"] as? String == "2025-01-31")

            let bad =
                "product_name,purchase_date,purchase_price\nMK-1,,\nMK-2,1.1.24,x\nMK-3,,\nTwin,,\nMK-2,,\nMK-2,,\n"
            let faults = try await Self.send(test, Data(bad.utf8), "text/csv", dryRun: "true", token: bob)
            #expect(
                Self.errors(faults).map { "\($0["line"] ?? 0) \($0["field"] ?? "")" } == [
                    "2 product_id", "3 purchase_date", "3 purchase_price", "4 product_id", "5 product_id",
                    "6 product_id",
                    "7 product_id",
                ])
            let refused = try await Self.send(test, Data(bad.utf8), "text/csv", dryRun: "false", token: bob)
            #expect(refused.status == 400 && refused.code == "invalid_lines")
            #expect(CatalogueApp.fields(refused)["line 3, purchase_date"] != nil)
            #expect(try await Self.collection(test, bob).count == 2)

            let form = TestApp.form(Data("product_name\nMK-2\n".utf8), named: "a.csv", fields: [("dry_run", "false")])
            let sent = try await test.app.request(
                .POST, "/api/v1/user-products/import", headers: form.headers, body: form.body, token: bob)
            #expect(sent.status == 201)
            for body in [Data([0xFF, 0xFE, 0x00]), Data("nonsense\n1\n".utf8), Data("\"".utf8)] {
                let answer = try await Self.send(test, body, "text/csv", dryRun: "false", token: bob)
                #expect(answer.status == 400, "\(answer)")
            }
            #expect(try await Self.send(test, Data("x".utf8), "text/plain", token: bob).status == 415)
            #expect(try await Self.send(test, Data("x".utf8), "text/csv", dryRun: "no", token: bob).status == 400)
            // What was sent is not kept.
            #expect(try Self.stored(test, "blobs").isEmpty)
            #expect(try Self.stored(test, "tmp").isEmpty)
        }
    }

    private static func stored(_ test: CatalogueApp, _ folder: String) throws -> [String] {
        let path = test.app.directory.path + "/uploads/" + folder
        return try FileManager.default.subpathsOfDirectory(atPath: path).filter { name in
            let type = try? FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")[.type]
            return type as? FileAttributeType == .typeRegular
        }
    }

    @Test func anArchiveIsReadBackWithoutLoss() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        var dice = Dice(seed)
        try await CatalogueApp.run { test in
            let texts = ["=cmd|' /C calc'!A0", "'@x", "Ünï, \"q\"", "two\nlines", "007", "-1", "漢字; tab\there"]
            func text() -> String { texts.randomElement(using: &dice) ?? "" }
            var files = 0
            for index in 0..<12 {
                let product = try await test.product(
                    ["name": "P\(index)", "brand": text(), "warranty_months": index % 3 == 0 ? 24 : NSNull()])
                var fields: [String: any Sendable] = ["product_id": product, "status": "active"]
                if Bool.random(using: &dice) { fields["version"] = text() }
                if Bool.random(using: &dice) { fields["serial_number"] = text() }
                if Bool.random(using: &dice) { fields["purchase_date"] = "2024-02-29" }
                if Bool.random(using: &dice) { fields["purchase_price"] = Int.random(in: 0...9_999, using: &dice) }
                if Bool.random(using: &dice) { fields["warranty_expires"] = "2031-05-06" }
                if Bool.random(using: &dice) { fields["notes"] = text() }
                let item = try await test.own(fields)
                for number in 0..<Int.random(in: 0...2, using: &dice) {
                    files += 1
                    let form = TestApp.form(
                        Data("text \(index) \(number)".utf8), named: "ä\(number).txt", fields: [("type", "document")])
                    let sent = try await test.app.request(
                        .POST, "/api/v1/products/\(item["id"] ?? 0)/files", headers: form.headers, body: form.body,
                        token: test.ann.accessToken)
                    #expect(sent.status == 201)
                }
            }
            let archive = try await test.app.api(.GET, "/user-products/export.zip", token: test.ann.accessToken)
            #expect(archive.status == 200 && archive.headers.first(name: "Content-Type") == "application/zip")
            let bob = test.bob.accessToken
            let tried = try await Self.send(test, archive.body, "application/zip", token: bob)
            #expect(tried.status == 200 && CatalogueApp.object(tried)["files"] as? Int == files, "\(tried)")
            let taken = try await Self.send(test, archive.body, "application/zip", dryRun: "false", token: bob)
            #expect(taken.status == 201, "\(taken)")
            let theirs = try await Self.collection(test, test.ann.accessToken)
            #expect(try await Self.collection(test, bob) == theirs, "seed \(seed)")

            // Exported once more it says the same, and its sums are right.
            let again = try await test.app.api(.GET, "/user-products/export.zip", token: bob)
            #expect(try Self.contents(again.body) == Self.contents(archive.body), "seed \(seed)")
            let table = try await test.app.api(.GET, "/user-products/export.csv", token: bob)
            #expect(!String(decoding: table.body, as: UTF8.self).contains("\n="))
            // Twice is once too often, and changes nothing.
            let twice = try await Self.send(test, archive.body, "application/zip", dryRun: "false", token: bob)
            #expect(twice.status == 400 && twice.code == "invalid_lines")
            #expect(try Self.stored(test, "blobs").count == files && Self.stored(test, "tmp").isEmpty)
        }
    }

    @Test func theSameArchiveIsImportedByManyAtOnce() async throws {
        try await CatalogueApp.run { test in
            for name in ["MK-1", "MK-2"] {
                let item = try await test.own(["product_id": try await test.product(["name": name])])
                let form = TestApp.form(Data("the text".utf8), named: "a.txt", fields: [("type", "document")])
                let sent = try await test.app.request(
                    .POST, "/api/v1/products/\(item["id"] ?? 0)/files", headers: form.headers, body: form.body,
                    token: test.ann.accessToken)
                #expect(sent.status == 201)
            }
            let archive = try await test.app.api(.GET, "/user-products/export.zip", token: test.ann.accessToken).body
            var tokens: [String] = []
            for number in 0..<10 { tokens.append(try await test.app.signUp("member\(number)").accessToken) }
            func importAll(_ tokens: [String], dryRun: String = "false") async throws -> [TestResponse] {
                try await withThrowingTaskGroup(of: TestResponse.self) { group in
                    for token in tokens {
                        group.addTask {
                            try await Self.send(test, archive, "application/zip", dryRun: dryRun, token: token)
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
            }
            #expect(try await importAll(tokens, dryRun: "true").allSatisfy { $0.status == 200 })
            let taken = try await importAll(tokens)
            #expect(taken.allSatisfy { $0.status == 201 }, "\(taken)")
            // Ten times into one collection: once is enough, and what fails takes nothing from what succeeds.
            let raced = try await importAll(Array(repeating: test.bob.accessToken, count: 10))
            #expect(raced.count { $0.status == 201 } == 1, "\(raced)")
            #expect(raced.allSatisfy { $0.status == 201 || $0.code == "already_owned" || $0.code == "invalid_lines" })
            for token in tokens + [test.bob.accessToken] {
                let again = try await test.app.api(.GET, "/user-products/export.zip", token: token)
                #expect(again.status == 200 && again.body.range(of: Data("the text".utf8)) != nil)
            }
            #expect(try Self.stored(test, "blobs").count == 1 && Self.stored(test, "tmp").isEmpty)
        }
    }

    /// Every file of an archive by name, and what `collection.csv` says but for ids; checks the sums.
    private static func contents(_ archive: Data) throws -> [String: String] {
        let bytes = Array(archive)
        let reader = try ZipReader(size: bytes.count) { count, offset in
            Array(bytes[min(offset, bytes.count)..<min(offset + count, bytes.count)])
        }
        func text(_ name: String) throws -> String {
            var content: [UInt8] = []
            try reader.extract(try #require(reader.entries[name])) { content += Array($0) }
            return String(decoding: content, as: UTF8.self)
        }
        var contents = ["collection.csv": try text("collection.csv")]
        let sums = try text("SHA256SUMS").split(separator: "\n").map { $0.components(separatedBy: "  ") }
        #expect(sums.count == reader.entries.count - 1)
        for sum in sums {
            let content = try text(sum[1])
            #expect(BlobID(of: Array(content.utf8)).rawValue == sum[0])
            if sum[1].hasPrefix("files/") { contents[content] = sum[1].components(separatedBy: "_").last }
        }
        return contents
    }

    @Test func damagedArchivesAndStrangersAreRefused() async throws {
        try await CatalogueApp.run { test in
            let item = try await test.own(["product_id": try await test.product(["name": "MK-1"])])
            let form = TestApp.form(Data("a text".utf8), named: "a.txt", fields: [("type", "document")])
            _ = try await test.app.request(
                .POST, "/api/v1/products/\(item["id"] ?? 0)/files", headers: form.headers, body: form.body,
                token: test.ann.accessToken)
            let archive = try await test.app.api(.GET, "/user-products/export.zip", token: test.ann.accessToken).body
            let bob = test.bob.accessToken
            for cut in [4, 40, archive.count / 2, archive.count - 1] {
                let answer = try await Self.send(
                    test, archive.prefix(cut), "application/zip", dryRun: "false", token: bob)
                #expect(answer.code == "invalid_archive", "\(answer)")
            }
            var damaged = archive
            let place = try #require(damaged.range(of: Data("a text".utf8)))
            damaged.replaceSubrange(place, with: Data("b text".utf8))
            let refused = try await Self.send(test, damaged, "application/zip", dryRun: "false", token: bob)
            #expect(refused.code == "invalid_archive")
            #expect(try await Self.collection(test, bob).isEmpty)
            #expect(try Self.stored(test, "blobs").count == 1)
            for path in ["export.csv", "export.zip"] {
                #expect(try await test.app.api(.GET, "/user-products/\(path)").status == 401)
            }
            #expect(try await test.app.api(.POST, "/user-products/import").status == 401)
            // A suspended account reads and exports, and changes nothing.
            try await test.database.execute("UPDATE users SET status = 'suspended' WHERE id = $1", test.ann.id)
            let suspended = test.ann.accessToken
            #expect(try await test.app.api(.GET, "/user-products/export.zip", token: suspended).status == 200)
            let denied = try await Self.send(test, archive, "application/zip", token: suspended)
            #expect(denied.code == "account_suspended")
        }
    }
}
