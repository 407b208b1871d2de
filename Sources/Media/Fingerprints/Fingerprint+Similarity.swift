extension Fingerprint {
    /// Fewest items that must lie over each other: two and a half seconds.
    private static let leastOverlap = 20
    /// Shifts that are tried, the most promising ones first.
    private static let shiftsTried = 8
    /// Items are brought together by their leading bits: enough that chance seldom does.
    private static let droppedBits: UInt32 = 18

    /// How alike two recordings are at the shift that suits them best: 1 for the same bits, 0 where bits agree as by chance.
    ///
    /// Half of the shorter one has to lie over the other, and at least two and a half seconds. Encodings of one recording
    /// have 0.85 and more, different ones less than 0.3.
    package func similarity(to other: Fingerprint) -> Double {
        let least = max(Self.leastOverlap, min(items.count, other.items.count) / 2)
        let scores = likelyShifts(to: other).map { similarity(to: other, shift: $0, leastOverlap: least) }
        return scores.max() ?? 0
    }

    /// Places of `other` in this one, by how many items meet there that begin with the same bits.
    private func likelyShifts(to other: Fingerprint) -> [Int] {
        var places: [UInt32: [Int]] = [:]
        for (index, item) in items.enumerated() { places[item >> Self.droppedBits, default: []].append(index) }
        var meetings: [Int: Int] = [:]
        for (index, item) in other.items.enumerated() {
            for place in places[item >> Self.droppedBits] ?? [] { meetings[place - index, default: 0] += 1 }
        }
        // Equal counts in a fixed order, so that the same pair always has the same score.
        let ordered = meetings.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
        return ordered.prefix(Self.shiftsTried).map(\.key)
    }

    private func similarity(to other: Fingerprint, shift: Int, leastOverlap: Int) -> Double {
        let first = max(0, shift)
        let end = min(items.count, other.items.count + shift)
        guard end - first >= leastOverlap else { return 0 }
        let differingBits = (first..<end).reduce(0) { $0 + (items[$1] ^ other.items[$1 - shift]).nonzeroBitCount }
        let errorRate = Double(differingBits) / Double(32 * (end - first))
        return max(0, 1 - 2 * errorRate)
    }
}
