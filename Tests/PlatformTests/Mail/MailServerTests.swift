import Testing

@testable import Platform

struct MailServerTests {
    @Test(arguments: [
        ("smtp://mail.example.org", 587, MailServer.Protection.upgraded, "talas@mail.example.org"),
        ("smtp://localhost:2525", 2_525, .offered, "talas@localhost"),
        ("smtp://mail.example.org?tls=none", 587, .none, "talas@mail.example.org"),
        ("smtps://bot%40example.org:p%2Fw@mail.example.org", 465, .implicit, "bot@example.org"),
        ("smtp://bot:x@mail.example.org:25?from=talas@example.org", 25, .upgraded, "talas@example.org"),
    ])
    func reads(text: String, port: Int, protection: MailServer.Protection, from: String) throws {
        let server = try #require(MailServer(text))
        #expect(server.port == port)
        #expect(server.protection == protection)
        #expect(server.from == from)
        #expect(!"\(server)".contains("p/w"))
    }

    @Test func decodesNameAndPassword() throws {
        let server = try #require(MailServer("smtps://bot%40example.org:p%2Fw@mail.example.org"))
        #expect(server.user == "bot@example.org")
        #expect(server.password?.text == "p/w")
    }

    @Test(arguments: [
        "", "mail.example.org", "http://mail.example.org", "smtp://", "smtp://host/path", "smtp://host?tls=maybe",
        "smtps://host?tls=none", "smtp://host?from=nobody", "smtp://host?from=a@b%0D%0ABcc:c@d", "smtp://host?x=y",
    ])
    func refuses(text: String) { #expect(MailServer(text) == nil) }
}
