import Testing

@testable import Platform

struct DurationTextTests {
    @Test(arguments: [("90s", 90), ("15m", 900), ("24h", 86_400), ("30d", 2_592_000), ("1s", 1)])
    func reads(text: String, seconds: Int) {
        #expect(DurationText.seconds(text) == seconds)
    }

    @Test(arguments: ["", "s", "24", "0s", "-1h", "+1h", "1.5h", "1 h", "1w", "1H", "99999999999999999999d", "40000d"])
    func refuses(text: String) {
        #expect(DurationText.seconds(text) == nil)
    }

    @Test(arguments: ["90s", "15m", "24h", "30d", "12h", "1s", "61m"])
    func writesAsPeopleDo(text: String) throws {
        #expect(DurationText.text(seconds: try #require(DurationText.seconds(text))) == text)
    }
}
