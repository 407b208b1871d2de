package import Foundation
import AsyncHTTPClient
import NIOCore
import NIOFoundationCompat
package import NIOHTTP1

extension TestApp {
    /// A form with one file and fields, as a browser sends it.
    package static func form(
        _ file: Data?, named name: String = "track.flac", fields: [(String, String)] = []
    ) -> (headers: HTTPHeaders, body: Data) {
        let boundary = "talas-test-boundary"
        var body = Data()
        for (key, value) in fields {
            body.append(
                Data("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(key)\"\r\n\r\n\(value)\r\n".utf8))
        }
        if let file {
            let head =
                "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\n"
                + "Content-Type: application/octet-stream\r\n\r\n"
            body.append(Data(head.utf8))
            body.append(file)
            body.append(Data("\r\n".utf8))
        }
        body.append(Data("--\(boundary)--\r\n".utf8))
        return (["Content-Type": "multipart/form-data; boundary=\(boundary)"], body)
    }

    /// Uploads a file as a track.
    package func upload(
        _ file: Data, named name: String = "track.flac", fields: [(String, String)] = [], token: String
    ) async throws -> TestResponse {
        let form = Self.form(file, named: name, fields: fields)
        return try await request(.POST, "/api/v1/tracks", headers: form.headers, body: form.body, token: token)
    }

    /// One track as its JSON object.
    package func track(_ id: Int, token: String) async throws -> [String: Any] {
        let response = try await api(.GET, "/tracks/\(id)", token: token)
        guard response.status == 200, let track = response.data as? [String: Any] else {
            throw TestFailure("GET /tracks/\(id) answered \(response)")
        }
        return track
    }

    /// Waits, by the server's own events, until a track is read in; returns it.
    package func settledTrack(_ id: Int, token: String) async throws -> [String: Any] {
        let process = process
        try await bounded("Reading in track \(id)", seconds: 300, state: { process.standardError }) {
            try await self.settle(id, token: token)
        }
        return try await track(id, token: token)
    }

    private func settle(_ id: Int, token: String) async throws {
        var request = HTTPClientRequest(url: url + "/api/v1/events")
        request.headers = ["Authorization": "Bearer \(token)"]
        let events = try await HTTPClient.shared.execute(request, timeout: .seconds(120))
        guard events.status == .ok else { throw TestFailure("GET /events answered \(events.status)") }
        // Looks after it listens, and again after every event: nothing falls in between.
        var track = try await track(id, token: token)
        var chunks = events.body.makeAsyncIterator()
        while track["status"] as? String == "processing" {
            guard try await chunks.next() != nil else {
                throw TestFailure("The events ended before track \(id) was read in.")
            }
            track = try await self.track(id, token: token)
        }
    }
}
