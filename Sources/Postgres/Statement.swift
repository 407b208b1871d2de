/// SQL and its parameters, ready to be sent: encoded by the task that asks, not by the connection's thread.
package struct Statement: Sendable {
    /// Most parameters the protocol can carry.
    private static let maxParameterCount = 65_535
    /// Most bytes of parameters; far above any row of ours, far below what the protocol (1 GiB) refuses.
    private static let maxParameterBytes = 256 << 20

    let sql: String
    /// Whether the server should keep its plan for the next time.
    private(set) var isPrepared = true
    /// All parameters one after another, each ended by a zero byte that libpq expects after text.
    private(set) var bytes: [UInt8] = []
    /// Where each parameter begins in `bytes`; -1 is null.
    private(set) var offsets: [Int] = []
    private(set) var lengths: [Int32] = []
    /// 0 for text, 1 for binary.
    private(set) var formats: [Int32] = []

    /// A statement with `$1`, `$2`, … bound to the parameters; throws when one of them cannot be sent.
    package init(_ sql: String, _ parameters: [(any PostgresEncodable)?] = []) throws(PostgresError) {
        self.sql = sql
        guard parameters.count <= Self.maxParameterCount else {
            throw PostgresError(.other, "A statement takes at most \(Self.maxParameterCount) parameters; use an array.")
        }
        for parameter in parameters {
            try append(parameter?.encoded())
        }
        guard bytes.count <= Self.maxParameterBytes else {
            throw PostgresError(.other, "The values are larger than \(Self.maxParameterBytes) bytes together.")
        }
    }

    /// BEGIN, COMMIT and their like: nothing to plan, and they must get through when preparing would fail.
    static func control(_ sql: String) -> Statement {
        var statement = Statement(constant: sql)
        statement.isPrepared = false
        return statement
    }

    private init(constant sql: String) {
        self.sql = sql
    }

    private mutating func append(_ value: ParameterValue?) throws(PostgresError) {
        offsets.append(value == nil ? -1 : bytes.count)
        let start = bytes.count
        switch value {
        case .text(let text):
            bytes.append(contentsOf: text.utf8)
            guard !bytes[start...].contains(0) else {
                throw PostgresError(.other, "Text cannot contain the character NUL.", sqlState: "22021")
            }
        case .binary(let value): bytes.append(contentsOf: value)
        case nil: break
        }
        lengths.append(Int32(truncatingIfNeeded: bytes.count - start))
        if case .binary = value { formats.append(1) } else { formats.append(0) }
        bytes.append(0)
    }
}
