import Foundation
import Testing

@testable import Postgres

@Suite struct TimestampTests {
    @Test(
        arguments: [
            (0, "2000-01-01 00:00:00.000000+00"),
            (-1, "1999-12-31 23:59:59.999999+00"),
            (758_629_800_123_456, "2024-01-15 10:30:00.123456+00"),
            (-63_082_281_600_000_000, "0001-01-01 00:00:00.000000+00"),
            (-63_082_281_600_000_001, "0001-12-31 23:59:59.999999+00 BC"),
        ] as [(Int64, String)])
    func isWrittenAsISO8601(microseconds: Int64, expected: String) {
        #expect(Timestamp(microseconds: microseconds).text == expected)
    }

    @Test func everyDayFollowsTheOneBefore() {
        var previous = CivilDate(daysSince1970: -800_000)
        for day in -799_999...400_000 {
            let date = CivilDate(daysSince1970: Int64(day))
            let isNextDay = date.year == previous.year && date.month == previous.month && date.day == previous.day + 1
            let isNextMonth =
                date.day == 1 && (date.month == previous.month + 1 || date.month == 1 && previous.month == 12)
            guard isNextDay || isNextMonth else {
                Issue.record("\(date.text) does not follow \(previous.text)")
                return
            }
            previous = date
        }
        #expect(CivilDate(daysSince1970: 0).text == "1970-01-01")
        #expect(CivilDate(daysSince1970: 19_782).text == "2024-02-29")
    }
}
