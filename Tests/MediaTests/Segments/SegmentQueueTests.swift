import Testing

@testable import Media

@Suite struct SegmentQueueTests {
    @Test func nothingIsLostOrDoneTwice() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = Dice(state: seed)
        var queue = SegmentQueue<Int, Int>(workers: 3, maximumWaiting: 5)
        var waiting: [Int: (key: Int, number: Int)] = [:]
        var running: Set<Int> = []
        for waiter in 0..<4_000 {
            let key = Int.random(in: 0..<20, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0, 1:
                if case .waiting(let number) = queue.join(key, waiter, isAdmitted: Bool.random(using: &random)) {
                    waiting[waiter] = (key, number)
                }
            case 2: queue.readAhead(key)
            case 3:
                if let (left, place) = waiting.randomElement(using: &random) {
                    #expect(queue.leave(place.key, place.number) == left, "seed \(seed)")
                    #expect(queue.leave(place.key, place.number) == nil, "seed \(seed)")
                    waiting[left] = nil
                }
            default:
                if let key = queue.begin() {
                    #expect(running.insert(key).inserted, "seed \(seed)")
                    #expect(running.count <= 3, "seed \(seed)")
                } else if let key = running.randomElement(using: &random) {
                    finish(key)
                }
            }
        }
        while true {
            while let key = queue.begin() { running.insert(key) }
            guard let key = running.first else { break }
            finish(key)
        }
        #expect(waiting.isEmpty, "seed \(seed)")
        #expect(queue.waitingCount == 0, "seed \(seed)")

        func finish(_ key: Int) {
            running.remove(key)
            let answered = queue.finish(key)
            #expect(Set(answered) == Set(waiting.filter { $0.value.key == key }.keys), "seed \(seed)")
            for waiter in answered { waiting[waiter] = nil }
        }
    }
}
