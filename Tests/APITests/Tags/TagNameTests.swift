import TestSupport
import Testing

@testable import API

@Suite struct TagNameTests {
    @Test(arguments: [
        ("Ambient", "ambient"), ("  Deep   House ", "deep-house"), ("drum\tand\nbass", "drum-and-bass"),
        ("Ｌｏ－ｆｉ", "lo-fi"), ("ÉTÉ", "été"), ("e\u{301}te\u{301}", "été"), ("ﬁeld", "field"), ("موسيقى", "موسيقى"),
        ("🎧 Mix", "🎧-mix"), ("a\u{3000}b", "a-b"),
        (String(repeating: "x", count: 50), String(repeating: "x", count: 50)),
    ])
    func normalises(typed: String, expected: String) {
        #expect(TagName(typed)?.rawValue == expected)
    }

    @Test(arguments: ["", "   ", "a\u{0}b", "a,b", "\u{7}", String(repeating: "x", count: 51)])
    func refuses(typed: String) {
        #expect(TagName(typed) == nil)
    }

    @Test func normalisingTwiceChangesNothing() {
        var generator = SystemRandomNumberGenerator()
        let seed = UInt64.random(in: 0...UInt64.max, using: &generator)
        var random = SplitMix(state: seed)
        for _ in 0..<2_000 {
            let scalars = (0..<Int.random(in: 1...12, using: &random)).compactMap { _ in
                Unicode.Scalar(UInt32.random(in: 0x20...0xFFFF, using: &random))
            }
            let typed = String(String.UnicodeScalarView(scalars))
            guard let once = TagName(typed) else { continue }
            #expect(TagName(once.rawValue) == once, "seed \(seed), typed \(typed.debugDescription)")
        }
    }

    @Test func listsDropBlanksAndRepetitions() {
        #expect(TagName.list(["a", " ", "A", "b"])?.map(\.rawValue) == ["a", "b"])
        #expect(TagName.list([]) == [])
        #expect(TagName.list(["ok", String(repeating: "x", count: 51)]) == nil)
        #expect(TagName.list((0..<20).map { "t\($0)" })?.count == 20)
        #expect(TagName.list((0..<21).map { "t\($0)" }) == nil)
    }
}
