extension [UInt8] {
    /// Appends an integer, its highest byte first.
    mutating func append<Number: FixedWidthInteger>(bigEndian number: Number) {
        append(littleEndian: number.byteSwapped)
    }
}
