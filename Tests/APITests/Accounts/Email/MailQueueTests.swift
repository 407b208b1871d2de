import Logging
import TestSupport
import Testing

@testable import Platform

/// The queue against a server that speaks SMTP.
struct MailQueueTests {
    private let message = MailMessage(to: "ann@example.org", subject: "Hello", text: "Hello")

    @Test func triesAgainWhatIsPutOff() async throws {
        let mail = try await MailListener(refusals: 2)
        let queue = MailQueue(
            server: try #require(MailServer(mail.url)), retryDelays: [.zero, .zero], logger: quietLogger)
        let running = Task { try await queue.run() }
        #expect(queue.submit { message })
        #expect(try await mail.message(to: "ann@example.org").text == "Hello")
        running.cancel()
        try await mail.close()
    }

    @Test func takesNoMoreThanItsBound() async throws {
        let queue = MailQueue(
            server: try #require(MailServer("smtp://127.0.0.1:1")), capacity: 2, logger: quietLogger)
        #expect(queue.submit { nil } && queue.submit { nil })
        #expect(!queue.submit { nil })
    }
}
