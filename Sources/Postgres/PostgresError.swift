/// Why a statement did not do what it was asked, in terms a caller can decide on.
package struct PostgresError: Error, Hashable, Sendable {
    /// The kinds of failure that callers tell apart.
    package enum Code: Hashable, Sendable {
        /// A unique constraint or index refused a row (SQLSTATE 23505).
        case uniqueViolation
        /// A row refers to one that is not there, or is still referred to (23503).
        case foreignKeyViolation
        /// A check constraint refused a value (23514).
        case checkViolation
        /// A required column was null (23502).
        case notNullViolation
        /// Two transactions could not both be had (40001); `Database.transaction` retries it.
        case serializationFailure
        /// Two transactions waited for each other (40P01); `Database.transaction` retries it.
        case deadlock
        /// The statement ran longer than the time-out allows (57014).
        case timeout
        /// The connection broke after the statement was sent: it may or may not have been executed.
        case connectionLost
        /// No connection could be had in time, or too many statements wait; nothing was executed.
        case unavailable
        /// The task was cancelled; the statement was not sent, or was rolled back.
        case cancelled
        /// A value is not of the type the program expects.
        case undecodable
        /// Anything else; `sqlState` and `message` say what.
        case other
    }

    /// What happened.
    package let code: Code
    /// The server's five-character SQLSTATE (PostgreSQL documentation, appendix A); nil when the client noticed first.
    package let sqlState: String?
    /// Name of the violated constraint or unique index.
    package let constraint: String?
    /// The one column the violation is about, also where a unique index covers an expression of it.
    package let column: String?
    /// A sentence for the log, never for the client of an API: it may quote values.
    package let message: String

    /// An error of the given kind; everything but `code` and `message` is the server's to tell.
    package init(
        _ code: Code, _ message: String, sqlState: String? = nil, constraint: String? = nil, column: String? = nil
    ) {
        self.code = code
        self.message = message
        self.sqlState = sqlState
        self.constraint = constraint
        self.column = column
    }
}

extension PostgresError: CustomStringConvertible {
    /// The message with its SQLSTATE.
    package var description: String { sqlState.map { "\(message) (SQLSTATE \($0))" } ?? message }
}
