import Postgres
import Foundation
import Platform

/// A track in a response: the document's fields and the contract's, its URLs signed for whoever asked.
package struct TrackObject: Encodable, Identifiable, Sendable {
    package let id: Int
    let userID: Int
    let title: String
    let artist: String
    @Nullable var album: String?
    let description: String
    @Nullable var licence: String?
    @Nullable var bpm: Double?
    @Nullable var key: String?
    let tags: [String]
    let visibility: Visibility
    let downloadable: Bool
    let status: Track.Status
    @Nullable var failure: String?
    let warnings: [String]
    /// Whole seconds, rounded down; null while nothing is known.
    @Nullable var duration: Int?
    @Nullable var durationMs: Int?
    @Nullable var loudnessLUFS: Double?
    @Nullable var truePeakDBTP: Double?
    /// What browsers play: the original, or MP3.
    let fileURL: String
    let streamURL: String
    @Nullable var hlsURL: String?
    let waveformURL: String
    @Nullable var coverURL: String?
    /// With the key of an unlisted track, for its owner only; else left out.
    let shareURL: String?
    let plays: Int
    let likes: Int
    let liked: Bool
    let version: Int
    let createdAt: Date
    let updatedAt: Date

    /// - Parameters:
    ///   - audioQuery: the signed query that opens its sound.
    ///   - waveformQuery: the one that opens its waveform.
    ///   - coverQuery: the one that opens its cover.
    init(_ track: Track, for caller: Caller, audioQuery: String, waveformQuery: String, coverQuery: String) {
        let metadata = track.metadata
        id = track.id.rawValue
        userID = track.userID
        title = metadata.title
        artist = metadata.artist ?? track.username
        album = metadata.album
        description = metadata.description
        licence = metadata.licence
        bpm = metadata.bpm
        key = metadata.key
        tags = metadata.tags.map(\.rawValue)
        visibility = metadata.visibility
        downloadable = metadata.downloadable
        status = track.status
        failure = track.failure
        warnings = track.facts.warnings
        duration = track.facts.durationMilliseconds.map { $0 / 1_000 }
        durationMs = track.facts.durationMilliseconds
        loudnessLUFS = track.facts.loudnessLUFS.map(Self.hundredths)
        truePeakDBTP = track.facts.truePeakDBTP.map(Self.hundredths)
        let hasOriginal = metadata.downloadable || track.userID == caller.userID
        let playable = hasOriginal && track.source.isPlayedByBrowsers ? track.source.fileExtension : "mp3"
        fileURL = "/uploads/tracks/\(track.id).\(playable)?\(audioQuery)"
        streamURL = "/api/v1/tracks/\(track.id)/stream?\(audioQuery)"
        hlsURL = "/api/v1/tracks/\(track.id)/hls/master.m3u8?\(audioQuery)"
        waveformURL = "/uploads/waveforms/\(track.id).png?\(waveformQuery)"
        coverURL = track.cover.map { _ in "/api/v1/tracks/\(track.id)/cover?\(coverQuery)" }
        let isSharable = metadata.visibility == .unlisted && track.userID == caller.userID
        shareURL = isSharable ? "/api/v1/tracks/\(track.id)?key=\(track.shareKey)" : nil
        plays = track.plays
        likes = track.likes
        liked = false
        version = track.version
        createdAt = track.createdAt
        updatedAt = track.updatedAt
    }
    /// Decibels as they are shown; more digits would say nothing.
    private static func hundredths(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
