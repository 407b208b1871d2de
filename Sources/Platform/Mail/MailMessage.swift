import Foundation

/// A message to one person, in plain text.
package struct MailMessage: Codable, Hashable, Sendable {
    /// The address, which has been checked to be one.
    package let recipient: String
    package let subject: String
    package let text: String

    package init(to recipient: String, subject: String, text: String) {
        self.recipient = recipient
        self.subject = subject
        self.text = text
    }

    /// The message as it is sent (RFC 5322), with the lines of SMTP.
    func bytes(from sender: String, at date: Date = Date(), id: UUID = UUID()) -> [UInt8] {
        let domain = sender.split(separator: "@").last ?? "localhost"
        let head = [
            "From: Talas <\(sender)>", "To: <\(recipient)>", "Subject: \(Self.word(subject))",
            "Date: \(Self.text(of: date))", "Message-ID: <\(id.uuidString)@\(domain)>",
            // Nobody's out-of-office notice should answer.
            "Auto-Submitted: auto-generated", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: base64",
        ]
        let body = Data(text.replacing("\n", with: "\r\n").utf8)
            .base64EncodedString(options: [.lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed])
        return Array((head.joined(separator: "\r\n") + "\r\n\r\n" + body + "\r\n").utf8)
    }

    /// As it is where it is plain ASCII, else as an encoded word (RFC 2047).
    private static func word(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
        return isPlain ? text : "=?utf-8?B?\(Data(text.utf8).base64EncodedString())?="
    }

    /// `Mon, 15 Jan 2024 10:30:00 +0000`.
    private static func text(of date: Date) -> String {
        HTTPDate.text(date).replacing("GMT", with: "+0000")
    }
}
