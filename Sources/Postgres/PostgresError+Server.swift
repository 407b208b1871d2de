import CLibPQ

extension PostgresError {
    /// The error a result carries, or what libpq says itself when the server said nothing.
    init(result: OpaquePointer, wasCancelled: Bool) {
        func field(_ name: Character) -> String? {
            guard let code = name.asciiValue, let text = PQresultErrorField(result, Int32(code)) else { return nil }
            return String(cString: text)
        }
        let sqlState = field("C")
        let detail = field("D")
        let primary = field("M") ?? String(cString: PQresultErrorMessage(result))
        self.init(
            Self.code(sqlState: sqlState, wasCancelled: wasCancelled),
            detail.map { "\(primary): \($0)" } ?? primary,
            sqlState: sqlState, constraint: field("n"),
            column: field("c") ?? detail.flatMap(Self.column(detail:)))
    }

    /// The kind of an SQLSTATE. 57014 is both time-out and cancellation: only the client knows whether it cancelled.
    static func code(sqlState: String?, wasCancelled: Bool) -> Code {
        switch sqlState {
        case "23505": .uniqueViolation
        case "23503": .foreignKeyViolation
        case "23514": .checkViolation
        case "23502": .notNullViolation
        case "40001": .serializationFailure
        case "40P01": .deadlock
        case "57014": wasCancelled ? .cancelled : .timeout
        default: .other
        }
    }

    /// The column in `Key (lower(email::text))=(…) already exists.`, the server's detail of a violated key;
    /// nil when the key has several columns. The words around it are translated, the parentheses are not.
    static func column(detail: String) -> String? {
        guard let opening = detail.firstIndex(of: "("), let closing = detail.firstRange(of: ")=(") else { return nil }
        guard opening < closing.lowerBound else { return nil }
        let key = detail[detail.index(after: opening)..<closing.lowerBound]
        guard !key.contains(",") else { return nil }
        let innermost = key.split(separator: "(").last ?? key
        let name = innermost.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        return name.isEmpty ? nil : String(name)
    }
}
