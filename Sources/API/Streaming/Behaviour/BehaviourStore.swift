package import Postgres

/// The row of `media_behaviour`: what codecs do that this installation's renditions are made with.
package struct BehaviourStore: Sendable {
    let database: Database

    package init(database: Database) { self.database = database }

    /// Nil on an installation of which no node has said yet what its codecs do.
    package func active() async throws(PostgresError) -> String? {
        try await database.row("SELECT digest FROM media_behaviour") { row throws(PostgresError) in
            try row.decode(0, as: String.self)
        }
    }

    /// Makes a behaviour the active one if there is none.
    /// - Returns: the active one, which may be another's who was first.
    func claim(_ digest: String) async throws(PostgresError) -> String {
        _ = try await database.execute(
            "INSERT INTO media_behaviour (digest) VALUES ($1) ON CONFLICT DO NOTHING", digest)
        return try await active() ?? digest
    }

    /// Makes a behaviour the active one, whatever was.
    package func adopt(_ digest: String) async throws(PostgresError) {
        _ = try await database.execute(
            """
            INSERT INTO media_behaviour (digest) VALUES ($1)
            ON CONFLICT (is_only) DO UPDATE SET digest = excluded.digest, adopted_at = CURRENT_TIMESTAMP
            """, digest)
    }
}
