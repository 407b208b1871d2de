package import Foundation

/// Dates of HTTP header fields (RFC 9110 §5.6.7), in whole seconds.
package enum HTTPDate {
    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// `Sun, 06 Nov 1994 08:49:37 GMT`.
    package static func text(_ date: Date) -> String {
        let seconds = Int(date.timeIntervalSince1970.rounded(.down))
        let day = Int((Double(seconds) / 86_400).rounded(.down))
        let second = seconds - day * 86_400
        let civil = CivilDate(day: day)
        let weekday = weekdays[((day % 7) + 7) % 7]
        let time = [second / 3_600, second / 60 % 60, second % 60].map(twoDigits).joined(separator: ":")
        let year = String(civil.year)
        let paddedYear = String(repeating: "0", count: max(0, 4 - year.count)) + year
        return "\(weekday), \(twoDigits(civil.day)) \(months[civil.month - 1]) \(paddedYear) \(time) GMT"
    }

    /// Reads the three forms that a recipient has to accept: the one above, `Sunday, 06-Nov-94 08:49:37 GMT` and
    /// `Sun Nov  6 08:49:37 1994`. Nil for everything else.
    package static func date(_ text: some StringProtocol, now: Date = Date()) -> Date? {
        let words = text.split(separator: " ")
        switch (words.count, text.contains("-")) {
        case (6, false) where words[0].hasSuffix(",") && words[5] == "GMT":
            return date(day: words[1], month: words[2], year: words[3], time: words[4])
        case (4, true) where words[0].hasSuffix(",") && words[3] == "GMT":
            let parts = words[1].split(separator: "-")
            guard parts.count == 3, parts[2].count == 2, var year = Int(parts[2]) else { return nil }
            // A year that seems to be more than 50 years ahead is the last one with these digits.
            let thisYear = CivilDate(day: Int(now.timeIntervalSince1970 / 86_400)).year
            year += thisYear / 100 * 100
            if year > thisYear + 50 { year -= 100 }
            return date(day: parts[0], month: parts[1], year: String(year)[...], time: words[2])
        case (5, false):
            return date(day: words[2], month: words[1], year: words[4], time: words[3])
        default:
            return nil
        }
    }

    private static func date(
        day: some StringProtocol, month: some StringProtocol, year: some StringProtocol, time: some StringProtocol
    ) -> Date? {
        let clock = time.split(separator: ":")
        guard let monthIndex = months.firstIndex(of: String(month)), year.utf8.count == 4, let year = number(year),
            let day = number(day), clock.count == 3, clock.allSatisfy({ $0.utf8.count == 2 }),
            let hour = number(clock[0]), let minute = number(clock[1]), let second = number(clock[2]),
            hour < 24, minute < 60, second < 61
        else { return nil }
        let civil = CivilDate(year: year, month: monthIndex + 1, day: day)
        // The 31st of a month with 30 days is no date.
        guard CivilDate(day: civil.dayNumber) == civil else { return nil }
        return Date(timeIntervalSince1970: Double(civil.dayNumber * 86_400 + hour * 3_600 + minute * 60 + second))
    }

    private static func number(_ text: some StringProtocol) -> Int? {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
}

/// A day of the Gregorian calendar; its number counts from 1970-01-01.
private struct CivilDate: Equatable {
    let year: Int
    let month: Int
    let day: Int

    init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// Years begin in March here, so that the leap day is the last of its year; 400 years have 146,097 days.
    init(day number: Int) {
        let shifted = number + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    var dayNumber: Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
