import Foundation
import Platform
import Postgres
import TestSupport
import Testing

@testable import API

struct AuditLogTests {
    private static let caller = Caller(
        userID: 7, username: "ada", role: .admin, status: .active, credential: .session(1))

    private func record(_ action: String, on id: Int, in transaction: Transaction) async throws {
        let entry = AuditEntry(
            action, by: Self.caller, from: "192.0.2.1", on: .user, id,
            details: ["why": .text("'; DROP TABLE users; --")])
        try await AuditLog.record(entry, in: transaction)
    }

    @Test func rowsCannotBeChangedByAnybody() async throws {
        try await withDatabase { database async throws in
            try await database.transaction { try await record("user.updated", on: 3, in: $0) }
            for change in [
                "UPDATE audit_log SET action = 'nothing'", "DELETE FROM audit_log", "TRUNCATE audit_log",
                "UPDATE audit_log SET action = 'nothing' WHERE false",
            ] {
                let error = await #expect(throws: PostgresError.self) { try await database.pooled.execute(change) }
                #expect(error?.sqlState == "42501", "\(change)")
                // Also for a session that replays changes, as only the cluster's own superuser may.
                await #expect(throws: PostgresError.self) {
                    try await database.transaction { transaction in
                        try await transaction.execute("SET LOCAL session_replication_role = replica")
                        try await transaction.execute(change)
                    }
                }
            }
            #expect(try await AuditLog(database).page(.init(), PageRequest()).total == 1)
        }
    }

    @Test func isWrittenWithWhatItRecordsOrNotAtAll() async throws {
        try await withDatabase { database async throws in
            struct Refusal: Error {}
            await #expect(throws: Refusal.self) {
                try await database.transaction { transaction in
                    try await record("user.updated", on: 3, in: transaction)
                    throw Refusal()
                }
            }
            #expect(try await AuditLog(database).page(.init(), PageRequest()).total == 0)
        }
    }

    @Test func isReadByPageAndFilter() async throws {
        try await withDatabase { database async throws in
            for id in 1...5 {
                try await database.transaction {
                    try await record(id.isMultiple(of: 2) ? "user.banned" : "user.updated", on: id, in: $0)
                }
            }
            let log = AuditLog(database)
            let (second, total) = try await log.page(.init(), PageRequest(page: 2, limit: 2))
            #expect(second.map(\.targetID) == [3, 2] && total == 5)
            #expect(second[0].details == .object(["why": .text("'; DROP TABLE users; --")]))
            #expect(try await log.page(.init(action: "user.banned"), PageRequest()).total == 2)
            #expect(try await log.page(.init(targetKind: "user", targetID: 4), PageRequest()).total == 1)
            #expect(try await log.page(.init(actorID: 8), PageRequest()).total == 0)
            #expect(try await log.page(.init(from: .distantPast, to: .distantFuture), PageRequest()).total == 5)
            #expect(try await log.page(.init(to: Date.now.addingTimeInterval(-3_600)), PageRequest()).total == 0)
        }
    }
}
