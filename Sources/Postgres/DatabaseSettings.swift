/// Where the database is, and the bounds of what is asked of it at once.
package struct DatabaseSettings: Sendable {
    /// A libpq URI (`postgres://user:password@host/name`) or conninfo (`host=… dbname=…`).
    package var url: String
    /// Most connections to the server at once, the shared ones and the listener's included; at least 5.
    package var maxConnections: Int
    /// Most connections of the pool that stay open while nobody uses them.
    package var maxIdleConnections: Int
    /// Longest a statement may run, in milliseconds; the server ends it then (0: no limit).
    package var statementTimeoutMilliseconds: Int
    /// Longest a statement waits for a connection before it fails as `unavailable`, in milliseconds.
    package var acquireTimeoutMilliseconds: Int
    /// Whether a commit is on the disk when it is answered.
    var commitsAreDurable = true

    /// The settings for a database, with the defaults where nothing is said.
    package init(
        url: String, maxConnections: Int = 25, maxIdleConnections: Int = 5, statementTimeoutMilliseconds: Int = 30_000,
        acquireTimeoutMilliseconds: Int = 5_000
    ) {
        self.url = url
        self.maxConnections = maxConnections
        self.maxIdleConnections = maxIdleConnections
        self.statementTimeoutMilliseconds = statementTimeoutMilliseconds
        self.acquireTimeoutMilliseconds = acquireTimeoutMilliseconds
    }

    /// Connections that all short statements share; the second is used while the first is held up.
    static let sharedConnections = 2

    /// Connections left for transactions and slow statements, besides the listener's and that of grouped commits.
    var maxPooledConnections: Int { max(1, maxConnections - Self.sharedConnections - 2) }
}
