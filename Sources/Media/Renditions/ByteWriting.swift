extension [UInt8] {
    /// An integer's bytes, its highest first.
    init<Number: FixedWidthInteger>(bigEndian number: Number) {
        self.init()
        append(bigEndian: number)
    }

    /// Appends an integer, its highest byte first.
    mutating func append<Number: FixedWidthInteger>(bigEndian number: Number) {
        append(littleEndian: number.byteSwapped)
    }
}
