import Testing

@testable import Platform

struct HeaderValueTests {
    @Test func readsValueAndParameters() {
        let value = HeaderValue(" form-data ;name = \"a\" ; x=y z ;; Flag; NAME=second; q=\"a;b=c\"".utf8)
        #expect(value.value == "form-data")
        #expect(value.parameters == ["name": "a", "x": "y z", "q": "a;b=c"])
    }

    private static let quoted: [(String, String)] = [
        (#""a\"b""#, "a\"b"), (#""a\\b""#, "a\\b"), (#""C:\dir\a.wav""#, #"C:\dir\a.wav"#),
        ("\"a%22b%0D%0Ac%20%2\"", "a\"b\r\nc%20%2"), ("\"never closed", "never closed"), ("\"\"", ""), ("", ""),
        // A quote that a combining accent follows.
        ("\"\u{301}x\"", "\u{301}x"), ("\"../../etc/passwd\"", "../../etc/passwd"),
        ("\"أغنية 🎧 \u{200D}.mp3\"", "أغنية 🎧 \u{200D}.mp3"), ("\"a\u{0}b\"", "a\u{0}b"),
    ]

    @Test(arguments: quoted)
    func unquotes(raw: String, meaning: String) {
        #expect(Array((HeaderValue("x; f=\(raw)".utf8).parameters["f"] ?? "?").utf8) == Array(meaning.utf8))
    }

    private static let extended: [(String, String?)] = [
        ("UTF-8''%e2%82%ac%20rates", "€ rates"), ("utf-8'en'plain", "plain"), ("ISO-8859-1''%E9", "é"),
        ("UTF-8''%00", "\u{0}"), ("UTF-8''%E9", nil), ("UTF-8''%zz", nil), ("UTF-8''%2", nil), ("koi8-r''x", nil),
        ("no quotes", nil),
    ]

    @Test(arguments: extended)
    func decodesExtendedParameters(raw: String, meaning: String?) {
        #expect(HeaderValue("x; f*=\(raw)".utf8).parameters["f*"] == meaning)
    }

    @Test func whatIsNotUTF8IsReplaced() {
        #expect(HeaderValue([0x78, 0x3B, 0x66, 0x3D, 0xE9]).parameters["f"] == "\u{FFFD}")
    }
}
