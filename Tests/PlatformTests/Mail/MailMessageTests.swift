import Foundation
import Testing

@testable import Platform

struct MailMessageTests {
    private func text(_ message: MailMessage) -> String {
        String(
            decoding: message.bytes(
                from: "talas@example.org", at: Date(timeIntervalSince1970: 1_705_314_600), id: UUID()),
            as: UTF8.self)
    }

    @Test func isWrittenAsMailIs() throws {
        let sent = text(MailMessage(to: "ann@example.org", subject: "Hello", text: "One\nTwo"))
        #expect(sent.contains("From: Talas <talas@example.org>\r\nTo: <ann@example.org>\r\nSubject: Hello\r\n"))
        #expect(sent.contains("\r\nDate: Mon, 15 Jan 2024 10:30:00 +0000\r\n"))
        let body = try #require(sent.components(separatedBy: "\r\n\r\n").last)
        let decoded = try #require(Data(base64Encoded: body.trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(String(decoding: decoded, as: UTF8.self) == "One\r\nTwo")
        #expect(sent.components(separatedBy: "\r\n").allSatisfy { $0.utf8.count <= 78 && !$0.contains("\n") })
    }

    @Test func encodesOtherLettersInSubjects() {
        let sent = text(MailMessage(to: "ann@example.org", subject: "Été\r\nBcc: x", text: ""))
        #expect(!sent.contains("\r\nBcc"))
        #expect(sent.contains("Subject: =?utf-8?B?"))
    }
}
