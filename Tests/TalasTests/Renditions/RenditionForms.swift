import Foundation
import NIOHTTP1
import TestSupport
import Testing

/// The forms a rendition can be had in, and what tests here ask of them.
enum RenditionForms {
    /// One of each codec.
    static let all = ["mp3&bitrate=128", "opus&bitrate=96", "aac&bitrate=96", "flac", "wav"]

    static func path(_ track: Int, _ form: String) -> String { "/api/v1/tracks/\(track)/stream?format=\(form)" }

    /// The whole of a rendition. A FLAC is encoded before its first byte, and may have to be asked for again.
    static func whole(_ app: TestApp, _ track: Int, _ form: String, _ token: String) async throws -> Data {
        while true {
            let answer = try await app.request(.GET, path(track, form), token: token)
            if answer.status == 200 { return answer.body }
            guard answer.code == "encoding" else { throw TestFailure("\(form) answered \(answer)") }
        }
    }

    /// The whole of each form.
    static func wholes(_ app: TestApp, _ track: Int, _ token: String) async throws -> [String: Data] {
        var wholes: [String: Data] = [:]
        for form in all { wholes[form] = try await whole(app, track, form, token) }
        return wholes
    }

    /// Something between 1 and 200,000 bytes of a file of this size.
    static func range(of size: Int, _ random: inout SplitMix) -> Range<Int> {
        let start = Int.random(in: 0..<size, using: &random)
        return start..<min(size, start + Int.random(in: 1...200_000, using: &random))
    }
}
