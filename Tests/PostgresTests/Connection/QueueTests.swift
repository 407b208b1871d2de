import Testing

@testable import Postgres

@Suite struct QueueTests {
    @Test func behavesLikeAnArray() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        var queue = Queue<Int>()
        var model: [Int] = []
        for step in 0..<20_000 {
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<(step < 10_000 ? 60 : 30):
                queue.append(step)
                model.append(step)
            case 99:
                let removed = queue.removeAll { $0 % 3 == 0 }
                #expect(removed == model.filter { $0 % 3 == 0 }, "seed \(seed)")
                model.removeAll { $0 % 3 == 0 }
            default:
                #expect(queue.popFirst() == (model.isEmpty ? nil : model.removeFirst()), "seed \(seed)")
            }
            #expect(queue.count == model.count && queue.first == model.first, "seed \(seed)")
        }
    }
}
