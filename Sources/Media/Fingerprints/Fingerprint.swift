/// What a recording sounds like: 32 bits for each eighth of a second of its first two minutes, as chromaprint makes them.
/// Encoding, loudness and small shifts change few of the bits; another recording has others.
package struct Fingerprint: Hashable, Sendable, Codable {
    /// In order of time, about 124 ms apart.
    package let items: [UInt32]

    package init(items: [UInt32]) { self.items = items }

    /// What chromaprint gives for silence, which all recordings share.
    private static let silence: UInt32 = 627_964_279

    /// With more different keys than this a quarter is enough to be found by.
    private static let manyKeys = 200

    /// Different leading 28 bits of the items, without silence: recordings that share none are not the same one. Of many
    /// every fourth or so, by value, so that all recordings keep the same ones.
    package var keys: [Int32] {
        let all = Set(items.lazy.filter { $0 != Self.silence }.map { $0 >> 4 })
        let kept = all.count > Self.manyKeys ? all.filter { ($0 &* 2_654_435_769) >> 30 == 0 } : all
        return kept.map { Int32($0) }.sorted()
    }
}

// MARK: - As bytes

extension Fingerprint {
    /// Four bytes an item, the lowest first.
    package var bytes: [UInt8] {
        items.flatMap { item in (0..<4).map { UInt8(truncatingIfNeeded: item >> (8 * $0)) } }
    }

    /// Reads what ``bytes`` gave; bytes at the end that are no whole item are left out.
    package init(bytes: [UInt8]) {
        items = (0..<bytes.count / 4).map { index in
            (0..<4).reduce(0) { $0 | UInt32(bytes[index * 4 + $1]) << (8 * $1) }
        }
    }
}
