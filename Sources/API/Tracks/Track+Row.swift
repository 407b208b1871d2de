import Foundation
package import Media
import Postgres

extension Track {
    /// The columns that ``init(row:)`` reads, of `tracks t JOIN users u`.
    static let columns = """
        t.id, t.user_id, u.username, t.title, t.artist, t.album, t.description, t.licence, t.bpm, t.key, t.visibility,
        t.downloadable, t.share_key, t.status, t.failure, t.sha256, t.size, t.media_type, t.file_extension, t.container,
        t.codec, t.sample_rate, t.channels, t.sample_count, t.duration_ms, t.loudness_lufs, t.loudness_range_lu,
        t.true_peak_dbtp, t.warnings, t.cover_sha256, t.version, t.plays, t.likes, t.created_at, t.updated_at,
        ARRAY(SELECT g.name::text FROM track_tags k JOIN tags g ON g.id = k.tag_id
              WHERE k.track_id = t.id ORDER BY k.position) AS tags
        """

    init(row: Row) throws(PostgresError) {
        id = try row.decode("id")
        userID = try row.decode("user_id")
        username = try row.decode("username")
        metadata = try TrackMetadata(row: row)
        shareKey = try row.decode("share_key")
        status = try row.decode("status")
        failure = try row.decode("failure")
        source = try TrackSource(row: row)
        facts = try TrackFacts(row: row)
        cover = try row.decode("cover_sha256")
        version = try row.decode("version")
        plays = try row.decode("plays")
        likes = try row.decode("likes")
        createdAt = try row.decode("created_at")
        updatedAt = try row.decode("updated_at")
    }
}

extension TrackMetadata {
    init(row: Row) throws(PostgresError) {
        title = try row.decode("title")
        artist = try row.decode("artist")
        album = try row.decode("album")
        description = try row.decode("description")
        licence = try row.decode("licence")
        bpm = try row.decode("bpm")
        key = try row.decode("key")
        visibility = try row.decode("visibility")
        downloadable = try row.decode("downloadable")
        let names: [String] = try row.decode("tags")
        tags = names.map(TagName.init(rawValue:))
    }
}

extension TrackSource {
    init(row: Row) throws(PostgresError) {
        blob = try row.decode("sha256")
        size = try row.decode("size")
        mediaType = try row.decode("media_type")
        fileExtension = try row.decode("file_extension")
        container = try row.decode("container")
        codec = try row.decode("codec")
        sampleRate = try row.decode("sample_rate")
        channels = try row.decode("channels")
    }
}

extension TrackFacts {
    init(row: Row) throws(PostgresError) {
        sampleCount = try row.decode("sample_count")
        durationMilliseconds = try row.decode("duration_ms")
        loudnessLUFS = try row.decode("loudness_lufs")
        loudnessRangeLU = try row.decode("loudness_range_lu")
        truePeakDBTP = try row.decode("true_peak_dbtp")
        warnings = try row.decode("warnings")
    }
}

extension BlobID: PostgresEncodable, PostgresDecodable {}

extension PostgresError {
    /// `INSERT … RETURNING` gave nothing: cannot happen while the table has neither rules nor triggers.
    static let missingRow = PostgresError(.other, "The database stored a row and did not say which.")
}
