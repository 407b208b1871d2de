import Foundation
import NIOHTTP1
import TestSupport

/// What the column *sends* of docs/permissions.md names.
struct PermissionSending: Sendable {
    var headers: HTTPHeaders = [:]
    var body: Data?

    /// By name; each time it is asked for, content that nobody has sent before.
    static let named: [String: @Sendable () throws -> PermissionSending] = [
        "track form": {
            let file = Fixture.noise(seconds: 0.2, seed: .random(in: .min ... .max))
            let form = TestApp.form(file, named: "track.wav")
            return PermissionSending(headers: form.headers, body: form.body)
        },
        "cover form": {
            let form = TestApp.form(try Fixture.data("cover-200x100.webp"), named: "cover.webp")
            return PermissionSending(headers: form.headers, body: form.body)
        },
        "paper form": {
            let form = TestApp.form(
                Data("%PDF-1.4\n%\(PermissionScene.unique())\n%%EOF\n".utf8), named: "paper.pdf",
                fields: [("type", "manual"), ("title", "Paper")])
            return PermissionSending(headers: form.headers, body: form.body)
        },
        "table": {
            let form = TestApp.form(Data("name\n\(PermissionScene.unique())\n".utf8), named: "collection.csv")
            return PermissionSending(headers: form.headers, body: form.body)
        },
        "tus": { PermissionSending(headers: tus) },
        "tus creation": { PermissionSending(headers: tus.with(["Upload-Length": "1000"])) },
        "tus piece": {
            PermissionSending(
                headers: tus.with(["Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"]),
                body: Data(count: 10))
        },
        "tus override": { PermissionSending(headers: tus.with(["X-HTTP-Method-Override": "DELETE"])) },
    ]

    /// A JSON text, or what a name stands for.
    init(_ text: String) throws {
        if text.isEmpty {
            self.init()
        } else if text.hasPrefix("{") {
            self.init(headers: ["Content-Type": "application/json"], body: Data(text.utf8))
        } else if let make = Self.named[text] {
            self = try make()
        } else {
            throw TestFailure("PermissionSending.named does not know \(text).")
        }
    }

    private init(headers: HTTPHeaders = [:], body: Data? = nil) {
        self.headers = headers
        self.body = body
    }

    private static let tus: HTTPHeaders = ["Tus-Resumable": "1.0.0"]
}

extension HTTPHeaders {
    fileprivate func with(_ others: HTTPHeaders) -> HTTPHeaders {
        var all = self
        all.add(contentsOf: others)
        return all
    }
}
