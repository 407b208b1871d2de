import Testing

@testable import Platform

struct OriginTextTests {
    @Test(arguments: [
        ("http://localhost:3000", "http://localhost:3000"), ("HTTPS://Example.ORG/", "https://example.org"),
        ("https://example.org:443", "https://example.org"), ("http://example.org:443", "http://example.org:443"),
        ("http://[::1]:8000", "http://[::1]:8000"), ("*", "*"),
    ])
    func isWhatBrowsersSend(text: String, origin: String) {
        #expect(OriginText.normalised(text) == origin)
    }

    @Test(arguments: ["localhost", "ftp://h", "http://", "https://h/path", "https://h?q", "https://u@h", "http://a b"])
    func refuses(text: String) {
        #expect(OriginText.normalised(text) == nil)
    }
}
