import Media
import Testing

@testable import MediaService

@Suite struct QuarantineTests {
    private let start = ContinuousClock.now

    private func blob(_ number: Int) throws -> BlobID {
        let digits = String(number, radix: 16)
        return try #require(BlobID(rawValue: String(repeating: "0", count: 64 - digits.count) + digits))
    }

    @Test func holdsAfterThreeStrikesUntilTimeHasPassed() throws {
        var quarantine = Quarantine(strikes: 3, duration: .seconds(600))
        let (bad, good) = (try blob(1), try blob(2))
        for second in 0..<3 {
            #expect(!quarantine.holds(bad, at: start + .seconds(second)))
            quarantine.strike(bad, at: start + .seconds(second))
        }
        #expect(quarantine.holds(bad, at: start + .seconds(3)))
        #expect(!quarantine.holds(good, at: start + .seconds(3)))
        #expect(quarantine.count(at: start + .seconds(3)) == 1)
        #expect(!quarantine.holds(bad, at: start + .seconds(602)))
    }

    @Test func oldStrikesAreForgiven() throws {
        var quarantine = Quarantine(strikes: 2, duration: .seconds(600))
        quarantine.strike(try blob(1), at: start)
        quarantine.strike(try blob(1), at: start + .seconds(700))
        #expect(!quarantine.holds(try blob(1), at: start + .seconds(700)))
    }

    @Test func remembersABoundedNumber() throws {
        var quarantine = Quarantine(strikes: 1, duration: .seconds(600))
        for number in 0..<3_000 { quarantine.strike(try blob(number), at: start + .milliseconds(number)) }
        #expect(quarantine.count(at: start + .seconds(5)) == 1_024)
        #expect(quarantine.holds(try blob(2_999), at: start + .seconds(5)))
        #expect(!quarantine.holds(try blob(0), at: start + .seconds(5)))
    }
}
