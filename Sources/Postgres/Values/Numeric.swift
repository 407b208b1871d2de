/// A `numeric` as numeric_send writes it: digits of base 10,000, weight of the first, sign.
struct Numeric {
    private static let negative: UInt16 = 0x4000
    private static let special: UInt16 = 0xC000
    private static let infinity: UInt16 = 0xD000
    private static let negativeInfinity: UInt16 = 0xF000

    private let digits: [Int16]
    /// The first digit stands for `digits[0] * 10000^weight`.
    private let weight: Int
    private let sign: UInt16

    init(_ cell: borrowing Cell) throws(PostgresError) {
        var reader = BinaryReader(try cell.value())
        let count = try reader.integer(UInt16.self)
        weight = Int(try reader.integer(Int16.self))
        sign = try reader.integer(UInt16.self)
        _ = try reader.integer(UInt16.self)
        var digits: [Int16] = []
        for _ in 0..<count { digits.append(try reader.integer(Int16.self)) }
        self.digits = digits
    }

    /// The value, if it is whole and fits.
    var integer: Int64? {
        guard sign & Self.special != Self.special else { return nil }
        var value: Int64 = 0
        for index in 0..<max(weight + 1, digits.count) {
            let digit = index < digits.count ? Int64(digits[index]) : 0
            if index > weight {
                guard digit == 0 else { return nil }
                continue
            }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10_000)
            // Counted downwards, where the smallest Int64 has room.
            let (difference, underflow) = product.subtractingReportingOverflow(digit)
            guard !overflow, !underflow else { return nil }
            value = difference
        }
        if sign == Self.negative { return value }
        return value == .min ? nil : -value
    }

    /// The nearest floating-point number, read from the decimal digits so that it is rounded once.
    var double: Double {
        switch sign {
        case Self.infinity: return .infinity
        case Self.negativeInfinity: return -.infinity
        case Self.special: return .nan
        default: break
        }
        let mantissa = digits.reduce(into: "0") { text, digit in
            let four = String(digit)
            text += String(repeating: "0", count: 4 - four.count) + four
        }
        let magnitude = Double("\(mantissa)e\((weight - digits.count + 1) * 4)") ?? .nan
        return sign == Self.negative ? -magnitude : magnitude
    }
}
