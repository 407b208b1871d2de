import Postgres
import Foundation
import NIOHTTP1
import TestSupport
import Testing

@testable import API

struct FileRoutesTests {
    private static let pdf = Data("%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n".utf8)

    /// A form as a browser sends it.
    private static func form(
        _ file: Data, _ name: String, type: String, contentType: String
    ) -> (headers: HTTPHeaders, body: Data) {
        let boundary = "talas-test-boundary"
        let head =
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\n"
            + "Content-Type: \(contentType)\r\n\r\n"
        let tail =
            "\r\n--\(boundary)\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\n\(type)\r\n--\(boundary)--\r\n"
        return (
            ["Content-Type": "multipart/form-data; boundary=\(boundary)"], Data(head.utf8) + file + Data(tail.utf8)
        )
    }

    private static func upload(
        _ test: CatalogueApp, to item: Int, _ file: Data, named name: String = "manual.pdf", type: String = "manual",
        contentType: String = "application/octet-stream", token: String? = nil
    ) async throws -> TestResponse {
        let form = form(file, name, type: type, contentType: contentType)
        return try await test.app.request(
            .POST, "/api/v1/products/\(item)/files", headers: form.headers, body: form.body,
            token: token ?? test.ann.accessToken)
    }

    private static func run(
        environment: [String: String] = [:], _ body: (CatalogueApp, Int) async throws -> Void
    ) async throws {
        try await CatalogueApp.run(environment: environment) { test in
            let item = try await test.own(["product_id": try await test.product(["name": "MK-1"])])
            try await body(test, try #require(item["id"] as? Int))
        }
    }

    @Test func aFileComesAndGoes() async throws {
        try await Self.run { test, item in
            let ann = test.ann.accessToken
            let sent = try await Self.upload(
                test, to: item, Self.pdf, named: "../Gebrauch für \u{202E}MK1.pdf", contentType: "application/pdf")
            #expect(sent.status == 201)
            let file = CatalogueApp.object(sent)
            let id = try #require(file["id"] as? Int)
            #expect(file["filename"] as? String == "Gebrauch für MK1.pdf")
            #expect(file["type"] as? String == "manual" && file["mime_type"] as? String == "application/pdf")
            #expect(file["size"] as? Int == Self.pdf.count)
            let url = try #require(file["url"] as? String)
            #expect(url.hasPrefix("/uploads/files/\(id)_Gebrauch_f_r_MK1.pdf?u="))

            let list = try await test.app.api(.GET, "/products/\(item)/files", token: ann)
            #expect(CatalogueApp.objects(list).first?["product_id"] as? Int == item)
            let owned = CatalogueApp.object(try await test.app.api(.GET, "/user-products/\(item)", token: ann))
            #expect(owned["files_count"] as? Int == 1)

            let whole = try await test.app.api(.GET, "/files/\(id)/download", token: ann)
            #expect(whole.status == 200 && whole.body == Self.pdf)
            #expect(whole.headers.first(name: "Content-Type") == "application/pdf")
            #expect(whole.headers.first(name: "X-Content-Type-Options") == "nosniff")
            #expect(whole.headers.first(name: "Content-Security-Policy") == "sandbox; default-src 'none'")
            #expect(
                whole.headers.first(name: "Content-Disposition")
                    == "attachment; filename=\"Gebrauch f_r MK1.pdf\"; filename*=UTF-8''Gebrauch%20f%C3%BCr%20MK1.pdf")
            let part = try await test.app.request(.GET, url, headers: ["Range": "bytes=1-3"])
            #expect(part.status == 206 && part.body == Data("PDF".utf8))
            #expect(part.headers.first(name: "Content-Range") == "bytes 1-3/\(Self.pdf.count)")
            let past = try await test.app.request(.GET, url, headers: ["Range": "bytes=999-"])
            #expect(past.status == 416)
            let etag = try #require(whole.headers.first(name: "ETag"))
            #expect(try await test.app.request(.GET, url, headers: ["If-None-Match": etag]).status == 304)
            #expect(try await test.app.request(.HEAD, url).headers.first(name: "Content-Length") == "\(Self.pdf.count)")

            let renamed = try await test.app.api(
                .PUT, "/files/\(id)", ["filename": "evil.html", "type": "document"], token: ann)
            #expect(CatalogueApp.object(renamed)["type"] as? String == "document")
            // Its name cannot make a page of it on the machine it is saved on.
            let saved = try await test.app.api(.GET, "/files/\(id)/download", token: ann)
            #expect(saved.headers.first(name: "Content-Disposition")?.contains("\"evil.html.pdf\"") == true)
            let wrong = try await test.app.api(.PUT, "/files/\(id)", ["type": "image"], token: ann)
            #expect(wrong.status == 400 && CatalogueApp.fields(wrong)["type"] != nil)

            #expect(try await test.app.api(.DELETE, "/user-products/\(item)", token: ann).code == "has_files")
            #expect(try await test.app.api(.DELETE, "/files/\(id)", token: ann).status == 200)
            #expect(try await test.app.request(.GET, url).status == 404)
            #expect(try await test.app.api(.DELETE, "/files/\(id)", token: ann).status == 404)
            #expect(try await test.app.api(.DELETE, "/user-products/\(item)", token: ann).status == 200)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: test.app.directory.path + "/uploads/trash").count
                    == 1)
        }
    }

    @Test func strangersSeeNoFile() async throws {
        try await Self.run { test, item in
            let file = CatalogueApp.object(try await Self.upload(test, to: item, Self.pdf))
            let (id, url) = (try #require(file["id"] as? Int), try #require(file["url"] as? String))
            for token in [test.bob.accessToken, test.admin.accessToken] {
                #expect(try await Self.upload(test, to: item, Self.pdf, token: token).status == 404)
                for path in ["/products/\(item)/files", "/files/\(id)", "/files/\(id)/download"] {
                    #expect(try await test.app.api(.GET, path, token: token).status == 404, "\(path)")
                }
                #expect(try await test.app.api(.PUT, "/files/\(id)", ["filename": "x"], token: token).status == 404)
                #expect(try await test.app.api(.DELETE, "/files/\(id)", token: token).status == 404)
                let path = url.prefix { $0 != "?" }
                #expect(try await test.app.request(.GET, String(path), token: token).status == 404)
            }
            for path in ["/api/v1/products/\(item)/files", "/api/v1/files/\(id)/download", "/uploads/files/\(id)_x"] {
                #expect(try await test.app.request(.GET, path).status == 401, "\(path)")
            }
            // A signature opens what it was made for, for as long as its credential lives.
            let other = CatalogueApp.object(try await Self.upload(test, to: item, Self.pdf, named: "b.pdf"))
            let query = url.drop { $0 != "?" }
            #expect(try await test.app.request(.GET, "/uploads/files/\(other["id"] ?? 0)_b.pdf\(query)").status == 401)
            #expect(try await test.app.request(.GET, url).status == 200)
            _ = try await test.app.api(.POST, "/auth/logout", token: test.ann.accessToken)
            #expect(try await test.app.request(.GET, url).status == 401)
        }
    }

    /// Name, type, declared type, content, answer.
    private static let contents: [(String, String, String, Data, Int)] = {
        let png = Data([
            0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1,
            8,
            6, 0, 0, 0, 0x1F, 0x15, 0xC4, 0x89,
        ])
        let end = Data([0x50, 0x4B, 5, 6] + [UInt8](repeating: 0, count: 18))
        let gif = Data("GIF89a\u{1}\u{0}\u{1}\u{0}".utf8)
        let any = "application/octet-stream"
        return [
            ("a.png", "image", "image/png", png, 201), ("a.png", "image", any, png, 201),
            ("a.pdf", "manual", "application/x-pdf", pdf, 201),
            ("a.txt", "manual", "text/plain", Data("Läuft\n".utf8), 201),
            ("a.csv", "document", "text/csv", Data("a,b\n1,2\n".utf8), 201),
            ("a.md", "manual", "text/plain", Data("# Title\n\nText\n".utf8), 201),
            // Found, declared and allowed do not agree.
            ("a.png", "image", "image/jpeg", png, 415), ("a.png", "manual", "image/png", png, 415),
            ("a.pdf", "image", "application/pdf", pdf, 415), ("a.png", "image", "image/png", pdf, 415),
            ("a.html", "document", "text/plain", Data("<!DOCTYPE html><script>1</script>".utf8), 415),
            ("a.txt", "document", "text/plain", Data("\n\n <script>alert(1)</script>".utf8), 415),
            ("a.html", "document", "text/html", Data("<html><body>hello</body></html>".utf8), 415),
            ("a.svg", "image", "image/svg+xml", Data("<svg xmlns=\"http://www.w3.org/2000/svg\"/>".utf8), 415),
            ("a.svg", "image", any, Data("<?xml version=\"1.0\"?><svg onload=\"alert(1)\"/>".utf8), 415),
            ("a.exe", "document", any, Data("MZ\u{90}\u{0}\u{3}\u{0}\u{0}\u{0}".utf8), 415),
            ("a.sh", "document", "text/plain", Data("#!/bin/sh\nrm -rf /\n".utf8), 415),
            // Two things at once.
            ("a.gif", "image", "image/gif", gif + Data("/*<script>alert(1)</script>*/".utf8), 415),
            ("a.png", "image", "image/png", png + end, 415), ("a.pdf", "manual", "application/pdf", pdf + end, 415),
            ("a.pdf", "manual", "application/pdf", Data("%PDF-1.4\n<html><script>1</script>".utf8), 415),
            ("a.zip", "document", "application/zip", end, 415),
            ("a.bin", "document", any, Data([1, 2, 3, 4, 0, 255, 254]), 415),
            ("a.txt", "novel", "text/plain", Data("x".utf8), 400), ("a.txt", "manual", "text/plain", Data(), 400),
        ]
    }()

    @Test func bytesDecideWhatAFileIs() async throws {
        try await Self.run { test, item in
            for (name, type, declared, content, status) in Self.contents {
                let answer = try await Self.upload(
                    test, to: item, content, named: name, type: type, contentType: declared)
                #expect(answer.status == status, "\(name) as \(declared) for \(type): \(answer)")
                if status == 201 { #expect(CatalogueApp.object(answer)["filename"] as? String == name) }
            }
            // Nothing of what was refused is left.
            let kept = Set(Self.contents.filter { $0.4 == 201 }.map(\.3)).count
            #expect(try await test.database.execute("SELECT 1 FROM blobs") == kept)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: test.app.directory.path + "/uploads/tmp").isEmpty)
        }
    }

    @Test func limitsAndTheQuotaHold() async throws {
        let limits = ["MAX_FILE_SIZE": "2000", "USER_QUOTA_BYTES": "3000"]
        try await Self.run(environment: limits) { test, item in
            func text(_ count: Int, _ letter: String) -> Data { Data(String(repeating: letter, count: count).utf8) }
            let large = try await Self.upload(test, to: item, text(2_001, "a"), named: "a.txt")
            #expect(large.status == 413 && large.code == "too_large")
            #expect(try await Self.upload(test, to: item, text(2_000, "a"), named: "a.txt").status == 201)
            let over = try await Self.upload(test, to: item, text(1_001, "b"), named: "b.txt")
            #expect(over.status == 413 && over.code == "quota_exceeded")
            // Files count for tracks, too.
            let track = try await test.app.upload(
                Fixture.noise(seconds: 1, seed: 5), token: test.ann.accessToken)
            #expect(track.status == 413 && track.code == "quota_exceeded")
            let declared = OpenRequest(
                .POST, "\(test.app.url)/api/v1/products/\(item)/files",
                headers: [
                    "Content-Type": "multipart/form-data; boundary=x",
                    "Authorization": "Bearer \(test.ann.accessToken)",
                ], length: 11 << 20)
            #expect(try await declared.status == 413)
            declared.finish()
        }
    }
}
