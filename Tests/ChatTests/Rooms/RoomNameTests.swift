import Testing

@testable import Chat

struct RoomNameTests {
    @Test(arguments: ["general", "Été 2024", "a b", "42nd street", "日本", "a", String(repeating: "x", count: 100)])
    func takes(name: String) { #expect(RoomName(name) != nil) }

    @Test(arguments: [
        "", " a", "a ", "1234", "a/b", "a\nb", "a\u{0}b", "a\u{202E}b", "a\u{2028}b",
        String(repeating: "x", count: 101),
    ])
    func refuses(name: String) { #expect(RoomName(name) == nil) }

    @Test func namesThatDifferInCaseOrFormAreTheSame() {
        #expect(RoomName("ÉTÉ")?.folded == RoomName("e\u{301}te\u{301}")?.folded)
        #expect(RoomName("e\u{301}")?.text.unicodeScalars.count == 1)
    }
}

struct MessageTextTests {
    @Test func findsMentions() {
        #expect(
            MessageText.mentions(in: "Hi @Ann, @bob_2. mail x@host.org @ann (@cy-d) @no") == ["ann", "bob_2", "cy-d"])
        #expect(MessageText.mentions(in: "nobody") == [])
    }
}

struct RateLimiterTests {
    @Test func takesSoManyInSoLong() {
        let limiter = RateLimiter(2, per: .seconds(10))
        let start = ContinuousClock.now
        #expect(limiter.secondsToWait(1, now: start) == nil)
        #expect(limiter.secondsToWait(1, now: start + .seconds(4)) == nil)
        #expect(limiter.secondsToWait(1, now: start + .seconds(5)) == 6)
        #expect(limiter.secondsToWait(2, now: start + .seconds(5)) == nil)
        #expect(limiter.secondsToWait(1, now: start + .seconds(10)) == nil)
    }
}
