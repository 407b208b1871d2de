import HTTPTypes
import Platform
import Postgres

/// Reporting what should not be here, and deciding about it.
struct ReportService: Sendable {
    /// Reports of one account that may wait at the same time.
    static let maximumOpen = 50
    /// Longest reason and note, in Unicode code points.
    static let maximumTextLength = 2_000

    let database: Database
    let notifications: Notifications

    /// Stores a report. Throws a ``Problem``: 400 with `fields`, 404 for what the caller cannot see, 409 for a second open
    /// report of the same thing, 429 while too many wait.
    func file(_ request: ReportRequest, by caller: Caller) async throws -> Report {
        let reason = try Self.text(request.reason, field: "reason")
        guard !reason.isEmpty else { throw Problem.invalid(["reason": "is required"]) }
        let store = ReportStore(database)
        guard request.id > 0, try await store.isVisible(request.kind, request.id, to: caller.userID) else {
            throw Problem.notFound(request.kind.rawValue)
        }
        if request.kind == .user, request.id == caller.userID {
            throw Problem.invalid(["id": "is your own account"])
        }
        guard try await store.openCount(of: caller.userID) < Self.maximumOpen else {
            throw Problem(
                .tooManyRequests, code: "too_many_reports",
                "\(Self.maximumOpen) of your reports wait for a decision; send more when some are decided.",
                retryAfterSeconds: 3_600)
        }
        do {
            guard let id = try await store.insert(request, reason: reason, reporter: caller.userID),
                let report = try await store.report(id)
            else { throw PostgresError.missingRow }
            return report
        } catch let error as PostgresError where error.constraint == "reports_open_key" {
            throw Problem(
                .conflict, code: "already_reported", "You have reported this already; a moderator will look at it.")
        }
    }

    /// Decides an open report and all others of the same thing, and tells who sent them. Throws a ``Problem``: 400 for no
    /// decision, 404 for no such report, 409 `invalid_transition` for one that is decided.
    func decide(
        _ id: Int, _ decision: ReportDecision, by caller: Caller, from address: String
    ) async throws -> Report {
        guard decision.status != .open else { throw Problem.invalid(["status": "must be resolved or dismissed"]) }
        let note = try decision.note.map { try Self.text($0, field: "note") }
        let (report, told) = try await database.transaction { transaction in
            let store = ReportStore(transaction)
            guard let before = try await store.report(id) else { throw Problem.notFound("report") }
            let decided = try await store.decide(id, decision.status, note: note, by: caller.userID)
            guard !decided.isEmpty, let report = try await store.report(id) else {
                throw Problem(
                    .conflict, code: "invalid_transition", "This report is \(before.status.rawValue) already.")
            }
            try await AuditLog.record(
                AuditEntry(
                    "report.\(decision.status.rawValue)", by: caller, from: address, on: .report, id,
                    details: [
                        "kind": .text(report.kind.rawValue), "target_id": .integer(report.targetID),
                        "reports": .integer(decided.count),
                    ]), in: transaction)
            return (report, try await Self.notify(decided, of: report, in: transaction))
        }
        for notification in told { await notifications.announce(notification.id, to: notification.userID) }
        return report
    }

    private struct Told: Sendable {
        let id: Int
        let userID: Int
    }

    /// What a reporter is told.
    private struct Payload: Encodable, Sendable {
        let reportID: Int
        let kind: ReportKind
        let targetID: Int
        let status: ReportStatus
    }

    private static func notify(
        _ decided: [ReportStore.Decided], of report: Report, in transaction: Transaction
    ) async throws -> [Told] {
        var told: [Told] = []
        // In one order everywhere: each takes a lock on its account.
        for one in decided.sorted(by: { $0.reporterID ?? 0 < $1.reporterID ?? 0 }) {
            guard let reporter = one.reporterID else { continue }
            let payload = Payload(
                reportID: one.id, kind: report.kind, targetID: report.targetID, status: report.status)
            let id = try await NotificationStore(transaction).insert(
                userID: reporter, kind: "report_decided", payload: payload)
            if let id { told.append(Told(id: id, userID: reporter)) }
        }
        return told
    }

    /// Trimmed; 400 when it is too long.
    private static func text(_ typed: String, field: String) throws(Problem) -> String {
        let text = typed.trimmingPrefix(while: \.isWhitespace)
        guard text.unicodeScalars.count <= maximumTextLength else {
            throw .invalid([field: "must have at most \(maximumTextLength) characters"])
        }
        return String(text)
    }
}
