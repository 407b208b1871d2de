import Crypto
import Logging
import Platform
import Postgres
import TestSupport
import Testing

@testable import API

/// The queue against a database and a server that speaks SMTP.
struct MailQueueTests {
    private static let key = SymmetricKey(size: .bits256)

    private func message(to name: String) -> MailMessage {
        MailMessage(to: "\(name)@example.org", subject: "Hello", text: "Hello")
    }

    private func queue(_ database: Database, _ url: String, capacity: Int = 100) throws -> MailQueue {
        MailQueue(
            server: try #require(MailServer(url)), store: MailStore(database, key: Self.key), capacity: capacity,
            retryDelays: [.zero, .zero], logger: quietLogger)
    }

    @Test func triesAgainWhatIsPutOff() async throws {
        let mail = try await MailListener(refusals: 2)
        try await withDatabase { database in
            let queue = try queue(database, mail.url)
            let running = Task { try await queue.run() }
            #expect(queue.submit { message(to: "ann") })
            #expect(try await mail.message(to: "ann@example.org").text == "Hello")
            running.cancel()
            _ = await running.result
        }
        try await mail.close()
    }

    @Test func severalNodesSendEachMessageOnce() async throws {
        let mail = try await MailListener()
        try await withDatabase { database in
            let queues = try (0..<3).map { _ in try queue(database, mail.url) }
            let running = queues.map { queue in Task { try await queue.run() } }
            for number in 0..<30 { #expect(queues[number % 3].submit { message(to: "user\(number)") }) }
            for number in 0..<30 { _ = try await mail.message(to: "user\(number)@example.org") }
            for task in running { task.cancel() }
            for task in running { _ = await task.result }
            #expect(mail.unreadCount == 0)
            #expect(try await database.execute("SELECT 1 FROM outgoing_mail") == 0)
        }
        try await mail.close()
    }

    @Test func whatIsKeptCannotBeReadWithoutTheKey() async throws {
        try await withDatabase { database async throws in
            let store = MailStore(database, key: Self.key)
            #expect(try await store.insert(message(to: "ann"), capacity: 2))
            let kept = try await database.row("SELECT sealed FROM outgoing_mail") {
                row throws(PostgresError) -> [UInt8] in try row.decode("sealed")
            }
            #expect(!String(decoding: try #require(kept), as: UTF8.self).contains("ann"))
            #expect(try await MailStore(database, key: SymmetricKey(size: .bits256)).claim(1).first?.message == nil)
            // Claimed: nobody else's for a while.
            #expect(try await store.claim(1).isEmpty)
            try await database.execute("UPDATE outgoing_mail SET due_at = now()")
            #expect(try await store.claim(1).first?.message == message(to: "ann"))
        }
    }

    @Test func takesNoMoreThanItsBound() async throws {
        try await withDatabase { database async throws in
            let queue = try queue(database, "smtp://127.0.0.1:1", capacity: 2)
            #expect(queue.submit { nil } && queue.submit { nil })
            #expect(!queue.submit { nil })
            let store = MailStore(database, key: Self.key)
            for isTaken in [true, true, false] {
                #expect(try await store.insert(message(to: "ann"), capacity: 2) == isTaken)
            }
        }
    }
}
