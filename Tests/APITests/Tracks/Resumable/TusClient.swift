import Foundation
import NIOHTTP1
import TestSupport

/// Requests of tus 1.0.0 to the running program, each on its own.
struct TusClient: Sendable {
    let app: TestApp
    let token: String

    /// `Upload-Metadata` of these fields.
    static func metadata(_ fields: [(String, String)]) -> String {
        fields.map { "\($0) \(Data($1.utf8).base64EncodedString())" }.joined(separator: ",")
    }

    /// Begins an upload and gives its address.
    func create(_ length: Int, _ fields: [(String, String)] = [("filename", "track.wav")]) async throws -> String {
        let response = try await post(length, fields)
        guard response.status == 201, let location = response.headers.first(name: "Location") else {
            throw TestFailure("the creation answered \(response)")
        }
        return location
    }

    func post(
        _ length: Int, _ fields: [(String, String)] = [], headers: HTTPHeaders = [:], body: Data? = nil
    ) async throws -> TestResponse {
        var all: HTTPHeaders = ["Tus-Resumable": "1.0.0", "Upload-Length": "\(length)"]
        if !fields.isEmpty { all.add(name: "Upload-Metadata", value: Self.metadata(fields)) }
        if body != nil { all.add(name: "Content-Type", value: "application/offset+octet-stream") }
        for (name, value) in headers { all.replaceOrAdd(name: name, value: value) }
        return try await app.request(.POST, "/uploads/tus", headers: all, body: body, token: token)
    }

    func patch(
        _ location: String, at offset: Int, _ bytes: Data, headers: HTTPHeaders = [:]
    ) async throws -> TestResponse {
        var all = Self.patchHeaders(offset)
        for (name, value) in headers { all.replaceOrAdd(name: name, value: value) }
        return try await app.request(.PATCH, location, headers: all, body: bytes, token: token)
    }

    static func patchHeaders(_ offset: Int) -> HTTPHeaders {
        [
            "Tus-Resumable": "1.0.0", "Upload-Offset": "\(offset)",
            "Content-Type": "application/offset+octet-stream",
        ]
    }

    func head(_ location: String) async throws -> TestResponse {
        try await app.request(.HEAD, location, headers: ["Tus-Resumable": "1.0.0"], token: token)
    }

    func delete(_ location: String) async throws -> TestResponse {
        try await app.request(.DELETE, location, headers: ["Tus-Resumable": "1.0.0"], token: token)
    }

    /// Says that `declared` bytes come, sends these, and closes.
    func breakOff(_ location: String, at offset: Int, _ bytes: Data, declared: Int, checksum: String?) async throws {
        var head =
            "PATCH \(location) HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(token)\r\n"
            + "Content-Length: \(declared)\r\n"
        for (name, value) in Self.patchHeaders(offset) { head += "\(name): \(value)\r\n" }
        if let checksum { head += "Upload-Checksum: \(checksum)\r\n" }
        try await RawConnection.send(to: app.url, head + "\r\n", body: bytes)
    }
}

extension TestResponse {
    /// `Upload-Offset`.
    var offset: Int? { headers.first(name: "Upload-Offset").flatMap { Int($0) } }
    /// `Talas-Track-Id`.
    var trackID: Int? { headers.first(name: "Talas-Track-Id").flatMap { Int($0) } }
}
