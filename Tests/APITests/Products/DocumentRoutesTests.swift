import NIOHTTP1
import Foundation
import TestSupport
import Testing

@testable import API

struct DocumentRoutesTests {
    private static let pdf = Data("%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n".utf8)

    private static func upload(
        _ test: CatalogueApp, to product: Int, _ file: Data, named name: String = "service.pdf", token: String
    ) async throws -> TestResponse {
        let form = TestApp.form(file, named: name, fields: [("title", "Service manual")])
        return try await test.app.request(
            .POST, "/api/v1/admin/products/\(product)/docs", headers: form.headers, body: form.body, token: token)
    }

    @Test func ownersAndStaffReadWhatAdministratorsBring() async throws {
        try await CatalogueApp.run(environment: ["MAX_INTERNAL_DOC_SIZE": "1000"]) { test in
            let admin = test.admin.accessToken
            let product = try await test.product(["name": "MK-1"])
            let sent = try await Self.upload(test, to: product, Self.pdf, token: admin)
            #expect(sent.status == 201)
            let document = CatalogueApp.object(sent)
            let id = try #require(document["id"] as? Int)
            #expect(document["title"] as? String == "Service manual")
            let item = try await test.own(["product_id": product])
            #expect(item["docs_count"] as? Int == 1)
            #expect(
                CatalogueApp.object(try await test.app.api(.GET, "/products/\(product)"))["docs_count"] as? Int == 1)

            for token in [test.ann.accessToken, admin] {
                let list = try await test.app.api(.GET, "/products/\(product)/docs", token: token)
                let url = try #require(CatalogueApp.objects(list).first?["url"] as? String)
                #expect(try await test.app.request(.GET, url).body == Self.pdf)
                let saved = try await test.app.api(.GET, "/docs/\(id)/download", token: token)
                #expect(saved.headers.first(name: "Content-Disposition")?.hasPrefix("attachment;") == true)
            }
            // Strangers, and those who have sold theirs.
            let list = try await test.app.api(.GET, "/products/\(product)/docs", token: test.ann.accessToken)
            let url = try #require(CatalogueApp.objects(list).first?["url"] as? String)
            _ = try await test.app.api(
                .PUT, "/user-products/\(item["id"] ?? 0)", ["status": "sold"], token: test.ann.accessToken)
            #expect(try await test.app.request(.GET, url).status == 404)
            for token in [test.ann.accessToken, test.bob.accessToken] {
                #expect(try await test.app.api(.GET, "/products/\(product)/docs", token: token).status == 403)
                #expect(try await test.app.api(.GET, "/docs/\(id)/download", token: token).status == 404)
                #expect(try await Self.upload(test, to: product, Self.pdf, token: token).status == 403)
                #expect(
                    try await test.app.api(.DELETE, "/admin/products/\(product)/docs/\(id)", token: token).status == 403
                )
            }
            for path in ["/products/\(product)/docs", "/docs/\(id)/download"] {
                #expect(try await test.app.api(.GET, path).status == 401)
            }

            let large = Data(String(repeating: "x", count: 1_001).utf8)
            #expect(try await Self.upload(test, to: product, large, named: "a.txt", token: admin).status == 413)
            let page = Data("<!DOCTYPE html><p>x".utf8)
            #expect(try await Self.upload(test, to: product, page, named: "a.html", token: admin).status == 415)
            #expect(try await Self.upload(test, to: 4_242, Self.pdf, token: admin).status == 404)

            let other = try await test.product(["name": "MK-2"])
            #expect(try await test.app.api(.DELETE, "/admin/products/\(other)/docs/\(id)", token: admin).status == 404)
            #expect(
                try await test.app.api(.DELETE, "/admin/products/\(product)/docs/\(id)", token: admin).status == 200)
            #expect(try await test.app.api(.GET, "/docs/\(id)/download", token: admin).status == 404)
            let audit = try await test.app.api(.GET, "/admin/audit?target_kind=document", token: admin)
            let entries = CatalogueApp.objects(audit)
            #expect(entries.map { $0["action"] as? String } == ["document.deleted", "document.created"])
            #expect(entries.map { $0["target_id"] as? Int } == [id, id])
            let trash = test.app.directory.path + "/internal_docs/trash"
            #expect(try FileManager.default.contentsOfDirectory(atPath: trash).count == 1)
        }
    }
}
