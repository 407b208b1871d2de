import Testing

@testable import Postgres

@Suite struct MailboxTests {
    @Test func keepsTheOrder() async {
        let mailbox = Mailbox(channel: "a")
        for n in 0..<Mailbox.limit { mailbox.put(.message(payload: "\(n)")) }
        for n in 0..<Mailbox.limit { #expect(await mailbox.next() == .message(payload: "\(n)")) }
    }

    @Test func tellsAReaderThatItMissedSomething() async {
        let mailbox = Mailbox(channel: "a")
        for n in 0...Mailbox.limit { mailbox.put(.message(payload: "\(n)")) }
        mailbox.put(.message(payload: "later"))
        #expect(await mailbox.next() == .reconnected)
        #expect(await mailbox.next() == .message(payload: "later"))
    }

    @Test func wakesAReaderThatWaits() async {
        let mailbox = Mailbox(channel: "a")
        async let heard = mailbox.next()
        mailbox.put(.reconnected)
        #expect(await heard == .reconnected)
    }

    @Test func endsBehindWhatWaits() async {
        let mailbox = Mailbox(channel: "a")
        mailbox.put(.reconnected)
        mailbox.close()
        mailbox.put(.message(payload: "too late"))
        #expect(await mailbox.next() == .reconnected)
        #expect(await mailbox.next() == nil)
    }
}
