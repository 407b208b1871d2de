import Foundation
import Testing

@testable import Platform

struct JSONCodingTests {
    @Test(arguments: [
        ("id", "id"), ("userID", "user_id"), ("trackIDs", "track_ids"), ("fileURL", "file_url"),
        ("loudnessLUFS", "loudness_lufs"), ("truePeakDBTP", "true_peak_dbtp"), ("createdAt", "created_at"),
        ("already_there", "already_there"), ("durationMs", "duration_ms"), ("hlsURL", "hls_url"), ("bpm", "bpm"),
    ])
    func writesSnakeCase(name: String, expected: String) {
        #expect(JSONCoding.snakeCase(name) == expected)
    }

    @Test(arguments: ["id", "userID", "trackIDs", "fileURL", "createdAt", "durationMs"])
    func readsWhatItWrites(name: String) {
        #expect(JSONCoding.camelCase(JSONCoding.snakeCase(name)) == name)
    }

    private struct Sample: Codable {
        var userID: Int
        var createdAt: Date
        @Nullable var duration: Int?
    }

    @Test func roundTripsAndWritesNull() throws {
        let sample = Sample(userID: 7, createdAt: Date(timeIntervalSince1970: 1_705_314_600), duration: nil)
        let bytes = try JSONCoding.encoder().encode(sample)
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"created_at":"2024-01-15T10:30:00Z","duration":null,"user_id":7}"#)
        let read = try JSONCoding.decoder().decode(Sample.self, from: bytes)
        #expect(read.userID == 7 && read.createdAt == sample.createdAt && read.duration == nil)
    }
}
