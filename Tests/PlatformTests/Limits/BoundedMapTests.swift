import Testing

@testable import Platform

struct BoundedMapTests {
    /// Against a dictionary that forgets nothing: what is there is right, it is never too much, and the last half is
    /// there.
    @Test(arguments: 0..<20)
    func forgetsOnlyWhatIsOld(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let capacity = Int.random(in: 1...20, using: &generator)
        var map = BoundedMap<Int, Int>(capacity: capacity)
        var all: [Int: Int] = [:]
        var written: [Int] = []
        for step in 0..<2_000 {
            let key = Int.random(in: 0..<60, using: &generator)
            if Int.random(in: 0..<5, using: &generator) == 0 {
                map[key] = nil
                all[key] = nil
            } else {
                map[key] = step
                all[key] = step
                written.removeAll { $0 == key }
                written.append(key)
            }
            #expect(map.count <= max(2, capacity), "seed \(seed)")
            for key in 0..<60 where map[key] != nil { #expect(map[key] == all[key], "seed \(seed)") }
            for key in written.suffix(max(1, capacity / 2)) { #expect(map[key] == all[key], "seed \(seed)") }
        }
    }
}
