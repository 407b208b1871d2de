package import Foundation
package import Media
package import Postgres

/// A track as its row has it, with its uploader's name and its tags.
package struct Track: Sendable {
    package typealias ID = RowID<Track>

    /// How far the decoding of its source has come.
    package enum Status: String, Codable, Sendable, PostgresEncodable, PostgresDecodable {
        case processing
        case ready
        case failed
    }

    package let id: ID
    /// The owner.
    package let userID: Int
    package let username: String
    package let metadata: TrackMetadata
    /// 128 random bits in hexadecimal, which open the track while it is unlisted.
    package let shareKey: String
    package let status: Status
    /// Why decoding failed, as a sentence.
    package let failure: String?
    package let source: TrackSource
    package let facts: TrackFacts
    /// A JPEG of at most 1200 × 1200 pixels.
    package let cover: BlobID?
    /// Counts the files the track has had, from 1.
    package let version: Int
    package let plays: Int
    package let likes: Int
    package let createdAt: Date
    package let updatedAt: Date
}

/// The uploaded file behind a track.
package struct TrackSource: Sendable, Equatable {
    package let blob: BlobID
    /// Size in bytes.
    package let size: Int
    package let mediaType: String
    /// Canonical, without a dot: what the content is, whatever the file was called.
    package let fileExtension: String
    package let container: String
    package let codec: String
    package let sampleRate: Int
    package let channels: Int
}

/// What decoding told of a track; all unknown until then, but for the container's estimate of the duration.
package struct TrackFacts: Sendable, Equatable {
    /// Samples per channel.
    package var sampleCount: Int?
    package var durationMilliseconds: Int?
    /// EBU R128 integrated loudness.
    package var loudnessLUFS: Double?
    package var loudnessRangeLU: Double?
    package var truePeakDBTP: Double?
    package var warnings: [String] = []

    package init() {}
}

extension Visibility: PostgresEncodable, PostgresDecodable {}
