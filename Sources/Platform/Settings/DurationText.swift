/// Durations as operators write them: `90s`, `15m`, `24h`, `30d`.
package enum DurationText {
    private static let units: [(suffix: Character, seconds: Int)] = [
        ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1),
    ]
    /// A century: enough for anybody, and sums with times of day cannot overflow.
    private static let maximumSeconds = 100 * 366 * 86_400

    /// Nil unless a whole number above zero with a unit.
    package static func seconds(_ text: String) -> Int? {
        guard let suffix = text.last, let unit = units.first(where: { $0.suffix == suffix }),
            text.dropLast().utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int(text.dropLast())
        else { return nil }
        let (seconds, overflow) = count.multipliedReportingOverflow(by: unit.seconds)
        return overflow || !(1...maximumSeconds).contains(seconds) ? nil : seconds
    }

    /// In the largest unit that divides it; a day is written `24h`, as a working life of something is.
    static func text(seconds: Int) -> String {
        for unit in units where seconds % unit.seconds == 0 && seconds > unit.seconds {
            return "\(seconds / unit.seconds)\(unit.suffix)"
        }
        return "\(seconds)s"
    }
}
