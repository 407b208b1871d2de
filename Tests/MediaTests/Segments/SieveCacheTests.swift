import Testing

@testable import Media

@Suite struct SieveCacheTests {
    @Test func holdsNoMoreThanItsCapacity() {
        var cache = SieveCache<Int, Int>(capacity: 10)
        #expect(cache.insert(1, for: 1, cost: 4) == [])
        #expect(cache.insert(2, for: 2, cost: 4) == [])
        #expect(cache.value(1) == 1)
        #expect(cache.insert(3, for: 3, cost: 4) == [2])
        #expect(cache.contains(1))
        #expect(!cache.contains(2))
        cache.insert(9, for: 9, cost: 11)
        #expect(!cache.contains(9))
        #expect(cache.cost == 8)
        cache.removeAll()
        #expect(cache.count == 0)
        #expect(cache.value(1) == nil)
    }

    @Test func aScanDoesNotDriveOutWhatIsWanted() {
        var cache = SieveCache<Int, Int>(capacity: 100)
        for key in 0..<50 { cache.insert(key, for: key, cost: 1) }
        for key in 0..<50 { #expect(cache.value(key) == key) }
        for key in 1_000..<11_000 { cache.insert(key, for: key, cost: 1) }
        #expect((0..<50).allSatisfy { cache.contains($0) })
        #expect(cache.cost == 100)
    }

    @Test func keepsToAModelOfThePolicy() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = Dice(state: seed)
        for _ in 0..<40 {
            let capacity = Int.random(in: 1...60, using: &random)
            var cache = SieveCache<Int, Int>(capacity: capacity)
            var model = Model(capacity: capacity)
            for step in 0..<600 {
                let key = Int.random(in: 0..<40, using: &random)
                if Bool.random(using: &random) {
                    #expect(cache.value(key) == model.value(key), "seed \(seed), step \(step)")
                } else {
                    let cost = Int.random(in: 0...12, using: &random)
                    let evicted = cache.insert(step, for: key, cost: cost)
                    #expect(evicted.count == model.insert(step, key, cost), "seed \(seed), step \(step)")
                }
                #expect(cache.cost <= capacity, "seed \(seed), step \(step)")
                #expect(cache.count == model.entries.count, "seed \(seed), step \(step)")
            }
        }
    }

    /// The policy once more, over a plain array from oldest to newest.
    private struct Model {
        let capacity: Int
        var entries: [(key: Int, value: Int, cost: Int, isMarked: Bool)] = []
        var hand = 0

        mutating func value(_ key: Int) -> Int? {
            guard let place = entries.firstIndex(where: { $0.key == key }) else { return nil }
            entries[place].isMarked = true
            return entries[place].value
        }

        mutating func insert(_ value: Int, _ key: Int, _ cost: Int) -> Int {
            if let place = entries.firstIndex(where: { $0.key == key }) { remove(place) }
            guard cost <= capacity else { return 0 }
            var evicted = 0
            while entries.reduce(cost, { $0 + $1.cost }) > capacity {
                if hand >= entries.count { hand = 0 }
                while entries[hand].isMarked {
                    entries[hand].isMarked = false
                    hand = (hand + 1) % entries.count
                }
                remove(hand)
                evicted += 1
                // The hand past the newest one goes back to the oldest at once.
                if hand >= entries.count { hand = 0 }
            }
            entries.append((key, value, cost, false))
            return evicted
        }

        private mutating func remove(_ place: Int) {
            entries.remove(at: place)
            if place < hand { hand -= 1 } else if hand >= entries.count { hand = 0 }
        }
    }
}
