import Synchronization

/// How much a transaction may see of others that run at the same time (PostgreSQL documentation, 13.2).
package enum Isolation: String, Sendable {
    /// Each statement sees what was committed before it began.
    case readCommitted = "READ COMMITTED"
    /// All statements see what was committed before the first.
    case repeatableRead = "REPEATABLE READ"
    /// As if transactions ran one after another.
    case serializable = "SERIALIZABLE"
}

/// Statements that take effect together or not at all. Lives as long as the body it was given to.
package final class Transaction: Queryable {
    private struct State {
        var isOver = false
        /// A failure that makes the server roll back and a new attempt worth while, even if the body hides it.
        var conflict: PostgresError?
    }

    private let connection: Connection
    private let state = Mutex(State())

    init(_ connection: Connection) {
        self.connection = connection
    }

    /// Runs one statement inside the transaction.
    package func perform(_ statement: Statement) async throws(PostgresError) -> ResultSet {
        guard !state.withLock(\.isOver) else {
            throw PostgresError(.other, "The transaction is over; run the statement inside its body.")
        }
        do throws(PostgresError) {
            return try await connection.perform(.statement(statement))
        } catch {
            if error.isConflict { state.withLock { $0.conflict = error } }
            throw error
        }
    }

    func begin(_ isolation: Isolation) async throws(PostgresError) {
        _ = try await connection.perform(.statement(.control("BEGIN ISOLATION LEVEL \(isolation.rawValue)")))
    }

    /// Throws when the server rolled back instead, since a statement had failed and the body went on.
    func commit() async throws(PostgresError) {
        let conflict = finish()
        let result = try await connection.perform(.statement(.control("COMMIT")), isCancellable: false)
        guard result.commandTag == "COMMIT" else {
            throw conflict ?? PostgresError(.other, "The transaction was rolled back, since a statement in it failed.")
        }
    }

    /// Undoes everything; returns the conflict that was met, if any. Whether the connection is clean is told by `isClean`.
    func rollBack() async -> (conflict: PostgresError?, isClean: Bool) {
        let conflict = finish()
        do throws(PostgresError) {
            _ = try await connection.perform(.statement(.control("ROLLBACK")), isCancellable: false)
            return (conflict, true)
        } catch {
            return (conflict, false)
        }
    }

    private func finish() -> PostgresError? {
        state.withLock { state in
            state.isOver = true
            return state.conflict
        }
    }
}

extension PostgresError {
    /// Whether the same transaction may succeed when it is tried again.
    var isConflict: Bool { code == .serializationFailure || code == .deadlock }
}
