package import Foundation

/// A moment as PostgreSQL counts it: microseconds since 2000-01-01 00:00 UTC.
struct Timestamp: Hashable {
    private static let epochSecondsSince1970: Int64 = 946_684_800
    private static let microsecondsPerDay: Int64 = 86_400_000_000

    let microseconds: Int64

    init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// Throws when the moment is beyond what a `timestamptz` holds (4713 BC to 294276 AD).
    init(_ date: Date) throws(PostgresError) {
        // From the reference date (2001), where Date keeps its precision; 366 days after PostgreSQL's.
        let microseconds = (date.timeIntervalSinceReferenceDate * 1_000_000).rounded()
        guard microseconds > -2.1e17, microseconds < 9.2e18 else {
            throw PostgresError(.other, "The date \(date) is out of range.", sqlState: "22008")
        }
        self.microseconds = Int64(microseconds) + 366 * Self.microsecondsPerDay
    }

    /// The moment; the server's infinities become the distant past and future.
    var date: Date {
        switch microseconds {
        case .max: .distantFuture
        case .min: .distantPast
        default:
            Date(timeIntervalSinceReferenceDate: Double(microseconds - 366 * Self.microsecondsPerDay) / 1_000_000)
        }
    }

    /// `2024-01-15 10:30:00.123456+00`, with ` BC` behind for years before 1.
    var text: String {
        let day = microseconds.floorDivided(by: Self.microsecondsPerDay)
        let time = microseconds - day * Self.microsecondsPerDay
        let civil = CivilDate(daysSince1970: day + Self.epochSecondsSince1970 / 86_400)
        let seconds = time / 1_000_000
        let clock = "\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
        let fraction = String(String(1_000_000 + time % 1_000_000).dropFirst())
        return "\(civil.digits) \(clock).\(fraction)+00\(civil.era)"
    }

    /// Days since 1970 of a `date` cell.
    static func days(_ cell: borrowing Cell) throws(PostgresError) -> Int64 {
        Int64(try cell.integer(Int32.self)) + epochSecondsSince1970 / 86_400
    }
}

extension Date: PostgresDecodable {
    /// From `timestamptz`, `timestamp` (taken as UTC) or `date` (midnight UTC).
    package static func decode(_ cell: borrowing Cell) throws(PostgresError) -> Date {
        switch cell.type {
        case PostgresType.timestamptz, PostgresType.timestamp:
            return Timestamp(microseconds: try cell.integer(Int64.self)).date
        case PostgresType.date:
            return Date(timeIntervalSince1970: Double(try Timestamp.days(cell)) * 86_400)
        default: throw cell.mismatch("Date")
        }
    }
}

/// A day of the proleptic Gregorian calendar.
struct CivilDate: Hashable {
    let year: Int64
    let month: Int64
    let day: Int64

    /// Counts days in 400-year eras that begin on 1 March, so that the leap day comes last
    /// (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days).
    init(daysSince1970: Int64) {
        let shifted = daysSince1970 + 719_468
        let era = shifted.floorDivided(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// `2024-01-15`; the year before 1 is 1 BC.
    var digits: String {
        let shown = String(year > 0 ? year : 1 - year)
        return "\(String(repeating: "0", count: max(0, 4 - shown.count)))\(shown)-\(two(month))-\(two(day))"
    }
    var era: String { year > 0 ? "" : " BC" }
    var text: String { digits + era }
}

/// At least two digits.
private func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : String(value) }

extension Int64 {
    fileprivate func floorDivided(by divisor: Int64) -> Int64 {
        self / divisor - (self % divisor < 0 ? 1 : 0)
    }
}
