import Foundation
import Testing

@testable import Platform

struct HTTPDateTests {
    @Test(arguments: [
        "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
    ])
    func readsTheThreeForms(text: String) {
        #expect(HTTPDate.date(text)?.timeIntervalSince1970 == 784_111_777)
    }

    @Test(arguments: [
        "", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 8:49:37 GMT",
        "Sun, 06 Nov 94 08:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT", "1994-11-06T08:49:37Z",
        "Sun, 06 Nov 1994 08:60:00 GMT", "Sun, -6 Nov 1994 08:00:00 GMT", "Sun, 29 Feb 1900 00:00:00 GMT",
    ])
    func refuses(text: String) {
        #expect(HTTPDate.date(text) == nil)
    }

    @Test(arguments: [
        (0.0, "Thu, 01 Jan 1970 00:00:00 GMT"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
        (1_705_325_400.999, "Mon, 15 Jan 2024 13:30:00 GMT"), (4_102_444_799, "Thu, 31 Dec 2099 23:59:59 GMT"),
        (-1, "Wed, 31 Dec 1969 23:59:59 GMT"), (-62_135_596_800, "Mon, 01 Jan 0001 00:00:00 GMT"),
    ])
    func writes(seconds: Double, text: String) {
        #expect(HTTPDate.text(Date(timeIntervalSince1970: seconds)) == text)
    }

    /// Foundation's calendar is the independent witness.
    @Test(arguments: 0..<10)
    func agreesWithFoundation(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let format = Date.VerbatimFormatStyle(
            format: """
                \(day: .twoDigits) \(month: .abbreviated) \(year: .padded(4)) \
                \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits):\
                \(second: .twoDigits)
                """,
            locale: Locale(identifier: "en_US_POSIX"), timeZone: .gmt, calendar: Calendar(identifier: .gregorian))
        for _ in 0..<200 {
            let date = Date(timeIntervalSince1970: Double(Int.random(in: 0...7_000_000_000, using: &generator)))
            let text = HTTPDate.text(date)
            #expect(text.dropFirst(5) == date.formatted(format) + " GMT", "seed \(seed)")
            #expect(HTTPDate.date(text) == date, "seed \(seed)")
        }
    }

    @Test func twoDigitYearsAreNotFarAhead() {
        let now = Date(timeIntervalSince1970: 1_705_325_400)
        let read = ["Monday, 01-Jan-74 00:00:00 GMT", "Monday, 01-Jan-75 00:00:00 GMT"].map {
            HTTPDate.date($0, now: now).map { HTTPDate.text($0).split(separator: " ")[3] }
        }
        #expect(read == ["2074", "1975"])
    }
}
