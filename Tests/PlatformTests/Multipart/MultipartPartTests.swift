import Testing

@testable import Platform

struct MultipartPartTests {
    private static let names: [(String, String?)] = [
        ("song.flac", "song.flac"), ("../../etc/passwd", "passwd"), (#"C:\Music\a.wav"#, "a.wav"),
        ("a/b/", "b"), ("..", nil), (".", nil), ("", nil), ("///", nil), (" \t", nil), ("a\u{0}b\r\n.mp3", "ab.mp3"),
        ("أغنية 🎧.mp3", "أغنية 🎧.mp3"), ("\u{202E}3pm.exe", "3pm.exe"), (" x.ogg ", "x.ogg"), (".hidden", ".hidden"),
    ]

    @Test(arguments: names)
    func fileNamesAreFitToShow(sent: String, shown: String?) {
        #expect(MultipartPart(name: "file", sentFileName: sent, contentType: nil).fileName == shown)
    }

    @Test func longNamesKeepTheirExtension() throws {
        let sent = String(repeating: "🎧", count: 100) + ".flac"
        let name = try #require(MultipartPart(name: "file", sentFileName: sent, contentType: nil).fileName)
        #expect(name.utf8.count <= 255 && name.utf8.count > 250 && name.hasSuffix("🎧.flac"))
        let noExtension = "a." + String(repeating: "b", count: 300)
        #expect(MultipartPart(name: "f", sentFileName: noExtension, contentType: nil).fileName?.utf8.count == 255)
    }

    @Test func fieldsHaveNoFileName() {
        #expect(MultipartPart(name: "title", sentFileName: nil, contentType: nil).fileName == nil)
    }

    @Test func theExtendedNameWins() throws {
        let lines = "Content-Disposition: form-data; name=f; filename=\"_.wav\"; filename*=UTF-8''%C3%A9.wav\r\n"
        #expect(try MultipartPart(header: Array(lines.utf8)[...]).sentFileName == "é.wav")
    }
}
