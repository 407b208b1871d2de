import Platform
import Testing

@testable import API

struct SearchWordsTests {
    @Test(arguments: [
        ("ambient", "ambient"), ("  L'été   indien! ", "L été indien"), ("e\u{301}te", "éte"), ("MK-1", "MK 1"),
        ("a & b | !c:*", "a b c"), ("ﬁeld 🎧", "field"), ("موسيقى", "موسيقى"), ("a\u{2003}b\u{202E}c", "a b c"),
    ])
    func splitsIntoWords(typed: String, words: String) throws {
        #expect(try SearchWords(typed)?.text == words)
    }

    @Test(arguments: ["", "  ", "!?", "🎧", "':*"])
    func findsNoWords(typed: String) throws {
        #expect(try SearchWords(typed) == nil)
    }

    @Test(arguments: [String(repeating: "x", count: 201), "a\u{0}b"])
    func refuses(typed: String) {
        #expect(throws: Problem.self) { try SearchWords(typed) }
    }

    @Test func takesSoManyWords() throws {
        let typed = (1...30).map(String.init).joined(separator: " ")
        #expect(try SearchWords(typed)?.text == (1...12).map(String.init).joined(separator: " "))
    }
}
