import Testing

@testable import API

@Suite struct ContentDispositionTests {
    @Test(arguments: [
        ("Rain", "inline; filename=\"Rain.flac\"; filename*=UTF-8''Rain.flac"),
        ("été", "inline; filename=\"_t_.flac\"; filename*=UTF-8''%C3%A9t%C3%A9.flac"),
        ("../../etc/passwd", "inline; filename=\"_.._etc_passwd.flac\"; filename*=UTF-8''_.._etc_passwd.flac"),
        ("a\"b;c", "inline; filename=\"a_b;c.flac\"; filename*=UTF-8''a_b%3Bc.flac"),
        (
            "x\r\nSet-Cookie: a=b",
            "inline; filename=\"x__Set-Cookie_ a=b.flac\"; filename*=UTF-8''x__Set-Cookie_%20a%3Db.flac"
        ),
        ("...", "inline; filename=\"track.flac\"; filename*=UTF-8''track.flac"),
    ])
    func names(title: String, expected: String) {
        #expect(ContentDisposition.inline(name: title, fileExtension: "flac") == expected)
    }

    @Test func everyCharacterIsSafeInAHeader() {
        for value in UInt32(0)...0x10FFFF {
            guard value < 0x3000 || value % 251 == 0, let scalar = Unicode.Scalar(value) else { continue }
            let header = ContentDisposition.inline(name: "a\(Character(scalar))b", fileExtension: "mp3")
            #expect(header.utf8.allSatisfy { (0x20...0x7E).contains($0) }, "U+\(String(value, radix: 16))")
            #expect(header.filter { $0 == "\"" }.count == 2, "U+\(String(value, radix: 16))")
        }
    }
}
