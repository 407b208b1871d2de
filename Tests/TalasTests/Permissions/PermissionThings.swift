import Foundation
import Postgres
import TestSupport

@testable import API

/// What the column *on* of docs/permissions.md names.
extension PermissionScene {
    /// Makes a thing that belongs to `owner` (for a suspended one straight in the database), and gives the values that
    /// stand in braces in the row.
    typealias Maker = @Sendable (PermissionScene, _ owner: Person) async throws -> [String: String]

    /// By name. `own account` is the caller's, and made elsewhere.
    static let makers = otherMakers.merging(chatMakers) { _, new in new }

    private static let otherMakers: [String: Maker] = [
        "asset": { _, _ in ["path": "app.css"] },
        "words": { _, _ in ["?": "q=sine"] },
        "track": { try await $0.copyTrack(for: $1) },
        "public track": { try await $0.copyTrack(for: $1, visibility: "public") },
        "deleted track": { try await $0.copyTrack(for: $1, isDeleted: true) },
        "sound": { try $0.sound(of: $1, ".flac") },
        "waveform": { try $0.sound(of: $1, ".png") },
        "playlist": { _, _ in ["file": "index.m3u8"] },
        "upload": { ["upload": try await $0.makeUpload(for: $1)] },
        "tag": { scene, _ in ["id": try await scene.makeTag()] },
        "other tag": { scene, _ in ["other": try await scene.makeTag()] },
        "report": { try await $0.makeReport(by: $1) },
        "user": { scene, _ in ["id": "\(try await scene.another(.stranger).id)"] },
        "failed job": { try await $0.makeJob("failed", for: $1) },
        "queued job": { try await $0.makeJob("queued", for: $1) },
        "session": { try await $0.makeSession(for: $1) },
        "access token": { try await $0.makeAccessToken(for: $1) },
        "invitation": { try await $0.makeInvitation(for: $1) },
        "avatar": { ["file": "\(try await $0.withAvatar($1).id).jpg"] },
        "category": { scene, _ in ["id": try await scene.makeCategory()] },
        "product": { scene, _ in ["id": try await scene.makeProduct(), "product": try await scene.makeProduct()] },
        "owned product": { try await $0.makeOwnedProduct(for: $1) },
        "file": { try await $0.makeFile(for: $1) },
        "document": { try await $0.makeDocument(for: $1) },
        "product's document": { try await $0.makeDocument(for: $1, isInProduct: true) },
    ]

    /// A track of the owner's with its sound, its waveform and its cover.
    private func sound(of owner: Person, _ suffix: String) throws -> [String: String] {
        guard let id = sounds[owner.id] else { throw TestFailure("This owner has no track with sound.") }
        return ["id": "\(id)", "file": "\(id)\(suffix)", "rendition": "aac-64"]
    }

    /// A copy of the owner's track that may be changed: all of it but the sound, of which an account has one live track.
    private func copyTrack(
        for owner: Person, visibility: String = "private", isDeleted: Bool = false
    ) async throws -> [String: String] {
        let digits = (0..<4).map { _ in UInt64.random(in: 1 << 60 ... .max) }.map { String($0, radix: 16) }.joined()
        let id = try await number(
            """
            WITH blob AS (INSERT INTO blobs (sha256, size) VALUES ($3, 1) RETURNING sha256)
            INSERT INTO tracks (user_id, title, visibility, share_key, status, sha256, size, media_type, file_extension,
              container, codec, sample_rate, channels, sample_count, duration_ms, cover_sha256, deleted_at)
            SELECT $2, title, $4, share_key, status, blob.sha256, tracks.size, media_type, file_extension,
              container, codec, sample_rate, channels, sample_count, duration_ms, cover_sha256,
              CASE WHEN $5::bool THEN now() END
            FROM tracks, blob WHERE id = $1 RETURNING id::bigint
            """, sounds[try self.owner.id], owner.id, digits, visibility, isDeleted)
        return ["id": "\(id)"]
    }

    private func makeUpload(for owner: Person) async throws -> String {
        let id = UUID()
        // The bytes that were received are in a file of this name.
        let folder = app.directory.path + "/uploads/partial"
        guard FileManager.default.createFile(atPath: "\(folder)/\(id.uuidString.lowercased())", contents: Data()) else {
            throw TestFailure("no file in \(folder)")
        }
        try TestUser.take("\(folder)/\(id.uuidString.lowercased())")
        try await database.execute(
            """
            INSERT INTO uploads (id, user_id, length, metadata, expires_at)
            VALUES ($1, $2, 1000, '', now() + interval '1 hour')
            """, id, owner.id)
        return id.uuidString.lowercased()
    }

    private func makeTag() async throws -> String {
        "\(try await number("INSERT INTO tags (name) VALUES ($1) RETURNING id::bigint", Self.unique()))"
    }

    private func makeReport(by owner: Person) async throws -> [String: String] {
        let track = try await copyTrack(for: owner, visibility: "public")
        let id = try await number(
            """
            INSERT INTO reports (reporter_id, kind, target_id, reason) VALUES ($1, 'track', $2, 'x') RETURNING id::bigint
            """, owner.id, Int(track["id", default: ""]))
        return ["id": "\(id)"]
    }

    private func makeJob(_ state: String, for owner: Person) async throws -> [String: String] {
        let track = Int(try await copyTrack(for: owner)["id", default: ""])
        try await database.execute("UPDATE tracks SET status = 'failed' WHERE id = $1", track)
        // Far off, so that no worker takes it meanwhile.
        let id = try await number(
            """
            INSERT INTO ingest_jobs (track_id, state, run_after) VALUES ($1, $2, now() + interval '1 day')
            RETURNING id::bigint
            """, track, state)
        return ["id": "\(id)"]
    }
}
