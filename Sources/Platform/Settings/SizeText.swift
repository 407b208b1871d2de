/// Sizes as operators write them: bytes, or with a unit of powers of 1000 (`10MB`) or 1024 (`10MiB`).
enum SizeText {
    private static let binaryUnits: [(suffix: String, bytes: Int)] = [
        ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10),
    ]
    // "B" stays last: every other unit ends with it.
    private static let units =
        binaryUnits + [
            ("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000), ("B", 1),
        ]

    /// Nil unless a whole number with or without a unit; case and a space before the unit do not matter.
    static func bytes(_ text: String) -> Int? {
        let text = text.lowercased()
        let unit = units.first { text.hasSuffix($0.suffix.lowercased()) }
        var number = text.dropLast(unit?.suffix.count ?? 0)
        while unit != nil, number.last == " " { number.removeLast() }
        guard number.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int(number) else { return nil }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: unit?.bytes ?? 1)
        return overflow ? nil : bytes
    }

    /// In the largest binary unit that divides it.
    static func text(bytes: Int) -> String {
        for unit in binaryUnits where bytes > 0 && bytes % unit.bytes == 0 {
            return "\(bytes / unit.bytes)\(unit.suffix)"
        }
        return String(bytes)
    }
}
