import CLibPQ
import Glibc

/// One session with the server: owns libpq's connection. Never leaves the thread that opened it.
final class Session {
    private let raw: OpaquePointer
    var cache = StatementCache(capacity: 256)

    /// Connects, waiting as long as libpq does; throws `unavailable`.
    init(_ settings: DatabaseSettings) throws(PostgresError) {
        let connection = Self.connect(url: settings.url)
        guard let connection else { throw PostgresError(.unavailable, "There is no memory for a connection.") }
        raw = connection
        guard PQstatus(raw) == CONNECTION_OK else {
            let reason = lastMessage
            throw PostgresError(.unavailable, "The database cannot be reached: \(reason)")
        }
        // Notices would go to standard error.
        PQsetNoticeReceiver(raw, { _, _ in }, nil)
        let commits = settings.commitsAreDurable ? "" : "; SET synchronous_commit = off"
        let configured = PQexec(raw, "SET statement_timeout = \(settings.statementTimeoutMilliseconds)\(commits)")
        defer { PQclear(configured) }
        guard PQresultStatus(configured) == PGRES_COMMAND_OK, PQsetnonblocking(raw, 1) == 0,
            PQenterPipelineMode(raw) == 1
        else {
            let reason = lastMessage
            throw PostgresError(.unavailable, "The database refuses the session's settings: \(reason)")
        }
    }

    deinit {
        PQfinish(raw)
    }

    var descriptor: Int32 { PQsocket(raw) }
    var isBroken: Bool { PQstatus(raw) == CONNECTION_BAD }
    var isIdle: Bool { PQtransactionStatus(raw) == PQTRANS_IDLE }
    var lastMessage: String {
        String(cString: PQerrorMessage(raw)).trimmingSuffix { $0.isWhitespace }
    }

    /// Parameters before the URL are defaults that it may override, those behind it are not for it to choose.
    private static func connect(url: String) -> OpaquePointer? {
        let parameters = [
            ("connect_timeout", "5"), ("keepalives_idle", "15"), ("keepalives_interval", "5"),
            ("keepalives_count", "3"),
            ("tcp_user_timeout", "30000"), ("fallback_application_name", "talas"), ("dbname", url),
            ("client_encoding", "UTF8"),
        ]
        let keywords = parameters.map { strdup($0.0) }
        let values = parameters.map { strdup($0.1) }
        defer { (keywords + values).forEach { free($0) } }
        return PQconnectdbParams(
            keywords.map { UnsafePointer($0) } + [nil], values.map { UnsafePointer($0) } + [nil], 1)
    }

    /// Asks the server to end what it runs, and waits until it was told. The result still has to be read. Nothing else
    /// may be sent meanwhile, or that could be hit instead; the thread sees to it by waiting here.
    func cancelRunningStatement() {
        guard let cancel = PQgetCancel(raw) else { return }
        defer { PQfreeCancel(cancel) }
        var reason = [CChar](repeating: 0, count: 256)
        _ = PQcancel(cancel, &reason, Int32(reason.count))
    }
}

// MARK: Sending

extension Session {
    /// What the server answers to one statement, before the answer that counts.
    struct Expectation {
        /// Commands in front of the statement, each with an answer of its own.
        var answersBefore = 0
        /// Whether the last of them prepares the statement.
        var isPreparing = false
        /// Whether a plan made earlier is used, which may have become invalid.
        var runsPrepared = false
    }

    /// Sends what remains in libpq's buffer; false when the connection broke, else whether something still remains.
    func flush() -> (isAlive: Bool, hasMore: Bool) {
        switch PQflush(raw) {
        case 0: (true, false)
        case 1: (true, true)
        default: (false, false)
        }
    }

    /// Queues a statement and a synchronisation point behind it, so that its failure is its own. Returns the answers to
    /// expect, or nil when the connection broke.
    func send(_ statement: Statement) -> Expectation? {
        var expectation = Expectation()
        let name: String?
        switch statement.isPrepared ? cache.plan(statement.sql) : .unnamed {
        case .run(let prepared):
            name = prepared
            expectation.runsPrepared = true
        case .unnamed: name = nil
        case .prepare(let new, let evicted):
            if let evicted {
                guard PQsendQueryParams(raw, "DEALLOCATE \(evicted)", 0, nil, nil, nil, nil, 1) == 1 else { return nil }
                expectation.answersBefore += 1
            }
            guard PQsendPrepare(raw, new, statement.sql, 0, nil) == 1 else { return nil }
            expectation.answersBefore += 1
            expectation.isPreparing = true
            name = new
        }
        guard sendExecution(of: statement, name: name), PQpipelineSync(raw) == 1 else { return nil }
        return expectation
    }

    private func sendExecution(of statement: Statement, name: String?) -> Bool {
        statement.bytes.withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { bytes in
                let values = statement.offsets.map { offset in
                    offset < 0 ? nil : bytes.baseAddress.map { $0 + offset }
                }
                let count = Int32(values.count)
                guard let name else {
                    return PQsendQueryParams(
                        raw, statement.sql, count, nil, values, statement.lengths, statement.formats, 1) == 1
                }
                return PQsendQueryPrepared(raw, name, count, values, statement.lengths, statement.formats, 1) == 1
            }
        }
    }

    /// Sends several statements as one simple query, which the pipeline cannot: nothing may be outstanding.
    func sendScript(_ sql: String) -> Bool {
        PQexitPipelineMode(raw) == 1 && PQsendQuery(raw, sql) == 1
    }

    /// Back to the pipeline, behind a script's last result.
    func endScript() -> Bool {
        PQenterPipelineMode(raw) == 1
    }
}

// MARK: Receiving

extension Session {
    /// What `PQgetResult` had.
    enum Step {
        case result(OpaquePointer)
        /// The end of one command's results.
        case end
        /// More has to arrive first.
        case pending
    }

    /// Reads what arrived; false when the connection broke.
    func consume() -> Bool {
        PQconsumeInput(raw) == 1
    }

    /// The next result that is complete.
    func next() -> Step {
        guard PQisBusy(raw) == 0 else { return .pending }
        return PQgetResult(raw).map { .result($0) } ?? .end
    }

    /// The next notification that arrived.
    func nextNotification() -> (channel: String, payload: String)? {
        guard let notify = PQnotifies(raw) else { return nil }
        defer { PQfreemem(notify) }
        return (String(cString: notify.pointee.relname), String(cString: notify.pointee.extra))
    }
}

extension String {
    fileprivate func trimmingSuffix(while matches: (Character) -> Bool) -> String {
        guard let last = lastIndex(where: { !matches($0) }) else { return "" }
        return String(self[...last])
    }
}
