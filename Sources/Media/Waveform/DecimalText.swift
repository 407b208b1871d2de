/// Numbers as text in a byte array: quick, and free of any locale.
extension [UInt8] {
    /// Appends text.
    mutating func append(text: StaticString) {
        append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends a whole number.
    mutating func append(decimal number: Int) {
        if number < 0 { append(UInt8(ascii: "-")) }
        append(digits: number.magnitude)
    }

    /// Appends `number / 10^places` with no more digits than it takes: 1500 thousandths are `1.5`.
    mutating func append(decimal number: Int, places: Int) {
        var fraction = number.magnitude
        var whole = fraction
        var divisor: UInt = 1
        for _ in 0..<places { divisor *= 10 }
        whole /= divisor
        fraction %= divisor
        if number < 0 { append(UInt8(ascii: "-")) }
        append(digits: whole)
        guard fraction > 0 else { return }
        append(UInt8(ascii: "."))
        while fraction > 0 {
            divisor /= 10
            append(UInt8(ascii: "0") + UInt8(fraction / divisor))
            fraction %= divisor
        }
    }

    private mutating func append(digits number: UInt) {
        if number >= 10 { append(digits: number / 10) }
        append(UInt8(ascii: "0") + UInt8(number % 10))
    }

    /// Appends a whole number in little-endian order.
    mutating func append(littleEndian number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }
}
