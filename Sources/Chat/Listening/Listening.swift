import Foundation
import NIOCore
import Platform
import Postgres

/// What a room hears together.
struct NowPlaying: Sendable {
    let trackID: Int
    /// Where the track is at `at`, in milliseconds.
    let positionMilliseconds: Int
    let isPaused: Bool
    /// The shared clock when that was so, in milliseconds since 1970.
    let atMilliseconds: Int
    let startedBy: Int?

    /// The members of the event: a client that knows its offset to the shared clock, from `ping` and `pong`, knows the position
    /// at any moment.
    func node(room: String) -> JSONNode {
        .members([
            "room": .text(room), "track_id": .integer(trackID), "position_ms": .integer(positionMilliseconds),
            "paused": .bool(isPaused), "at_ms": .integer(atMilliseconds), "by": .integer(startedBy),
        ])
    }
}

/// The shared play position of rooms: it is the last one that somebody set, and moves with ``SharedClock``.
struct Listening: Sendable {
    let database: Database

    /// The name of a room.
    func room(_ conversation: Int) async throws(PostgresError) -> String? {
        try await database.row("SELECT name FROM rooms WHERE conversation_id = $1", conversation) {
            row throws(PostgresError) in try row.decode("name")
        }
    }

    /// What a room hears; nil where nothing is set.
    func playing(in conversation: Int) async throws(PostgresError) -> NowPlaying? {
        try await database.row(
            """
            SELECT track_id, position_ms, is_paused, floor(extract(epoch FROM at) * 1000)::bigint AS at_ms, set_by
            FROM room_playing WHERE conversation_id = $1
            """, conversation
        ) { row throws(PostgresError) in
            NowPlaying(
                trackID: try row.decode("track_id"), positionMilliseconds: try row.decode("position_ms"),
                isPaused: try row.decode("is_paused"), atMilliseconds: try row.decode("at_ms"),
                startedBy: try row.decode("set_by"))
        }
    }

    /// Sets what a room hears, from this moment of the database's clock; nil stops it.
    func set(
        _ track: Int?, positionMilliseconds: Int, isPaused: Bool, in conversation: Int, by user: Int
    ) async throws(PostgresError) {
        guard let track else {
            try await database.execute("DELETE FROM room_playing WHERE conversation_id = $1", conversation)
            return
        }
        try await database.execute(
            """
            INSERT INTO room_playing (conversation_id, track_id, position_ms, is_paused, at, set_by)
            VALUES ($1, $2, $3, $4, clock_timestamp(), $5)
            ON CONFLICT (conversation_id) DO UPDATE SET track_id = $2, position_ms = $3, is_paused = $4,
              at = clock_timestamp(), set_by = $5
            """, conversation, track, positionMilliseconds, isPaused, user)
    }

    func frame(_ playing: NowPlaying?, room: String) -> ByteBuffer {
        Frame.text("now_playing", playing?.node(room: room) ?? .members(["room": .text(room), "track_id": .null]))
    }
}
