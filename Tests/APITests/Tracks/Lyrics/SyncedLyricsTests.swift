import Testing

@testable import API

@Suite struct SyncedLyricsTests {
    private func lines(_ text: String) -> [String]? {
        SyncedLyrics(lrc: text)?.lines.map { "\($0.atMs) \($0.text)" }
    }

    @Test func readsTimes() {
        #expect(
            lines("[00:01]a\n[00:02.5]b\n[1:03.25]c\n[100:00.125] d \n[00:09:50]e")
                == ["1000 a", "2500 b", "9500 e", "63250 c", "6000125 d"])
    }

    @Test func severalTimesOfALineAreSeveralLines() {
        #expect(lines("[00:10.00][00:01.00]again\r\n[00:05.00]once") == ["1000 again", "5000 once", "10000 again"])
    }

    @Test(arguments: [("+500", ["500 a", "0 b"]), ("-500", ["1500 a", "600 b"]), (" 250", ["750 a", "0 b"])])
    func offsetMovesAll(offset: String, expected: [String]) {
        #expect(lines("[ar:Somebody]\n[offset:\(offset)]\n[00:01.00]a\n[00:00.10]b") == expected.reversed())
    }

    @Test func wordTimesGoAndOtherBracketsStay() {
        #expect(
            lines("\u{FEFF}[00:01.00]<00:01.00>One <00:01.50>two <3\n[00:02.00][Chorus]\n[00:03.00]")
                == ["1000 One two <3", "2000 [Chorus]", "3000 "])
    }

    @Test(arguments: [
        "", "Words [00:01.00] only", "[ti:Title]\n[offset:10]", "[00:61.00]a\n[a:b]c\n[0x:01]d", "[", "[00:01.00",
    ])
    func plainTextHasNone(text: String) {
        #expect(lines(text) == nil)
    }

    @Test func aLineCannotBeMultipliedWithoutEnd() {
        let text = String(repeating: "[00:01.00]", count: 5_000) + String(repeating: "x", count: 1_000)
        #expect(SyncedLyrics(lrc: text)?.lines.count == 20)
    }
}
