import Testing

@testable import Media

@Suite struct SegmentQueueTests {
    @Test func nothingIsLostOrDoneTwice() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = Dice(state: seed)
        for workers in 1...4 {
            var queue = SegmentQueue<Int>(workers: workers, maximumWaiting: 5)
            var waiting: Set<Int> = []
            var running: [Int: Int] = [:]
            func begin() {
                guard let key = queue.begin() else { return }
                #expect(waiting.remove(key) != nil, "seed \(seed)")
                running[key] = key % 3
                #expect(running.count <= workers, "seed \(seed)")
                #expect(
                    running.values.allSatisfy { account in
                        running.values.count { $0 == account } <= queue.share
                    }, "seed \(seed)")
            }
            for _ in 0..<4_000 {
                let key = Int.random(in: 0..<20, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0, 1:
                    let isAdmitted = Int.random(in: 0..<4, using: &random) == 0
                    guard running[key] == nil else { continue }
                    let isTaken = queue.append(key, account: key % 3, isAdmitted: isAdmitted)
                    #expect(isTaken || !isAdmitted, "seed \(seed)")
                    if isTaken { waiting.insert(key) }
                case 2:
                    guard running[key] == nil, !waiting.contains(key) else { continue }
                    if queue.appendAhead(key, account: key % 3) { waiting.insert(key) }
                case 3:
                    queue.drop(key)
                    waiting.remove(key)
                default:
                    begin()
                    guard let done = running.keys.randomElement(using: &random) else { continue }
                    queue.finish(done)
                    running[done] = nil
                }
                #expect(queue.waitingCount == waiting.count, "seed \(seed)")
                #expect(queue.runningCount == running.count, "seed \(seed)")
            }
            // Everything that waits gets its turn.
            for _ in 0..<100 {
                begin()
                guard let done = running.keys.first else { continue }
                queue.finish(done)
                running[done] = nil
            }
            #expect(waiting.isEmpty, "seed \(seed)")
        }
    }

    @Test func oneAccountNeitherHasAllWorkersNorAllPlaces() {
        var queue = SegmentQueue<Int>(workers: 3, maximumWaiting: 10)
        let taken = (0..<20).count { queue.append($0, account: 1, isAdmitted: false) }
        #expect(taken == 5)
        let begun = [queue.begin(), queue.begin(), queue.begin()]
        #expect(begun == [0, 1, nil])
        let isTaken12 = queue.append(100, account: 2, isAdmitted: false)
        #expect(isTaken12)
        let next1 = queue.begin()
        #expect(next1 == 100)
    }

    @Test func whoHasNothingUnderWayIsNext() {
        var queue = SegmentQueue<Int>(workers: 4, maximumWaiting: 100)
        for key in 0..<6 { _ = queue.append(key, account: 1, isAdmitted: false) }
        let next2 = queue.begin()
        #expect(next2 == 0)
        for key in 10..<12 { _ = queue.append(key, account: 2, isAdmitted: false) }
        let next3 = queue.begin()
        #expect(next3 == 10)
        let next4 = queue.begin()
        #expect(next4 == 1)
        let next5 = queue.begin()
        #expect(next5 == 11)
        queue.finish(10)
        queue.finish(11)
        let next6 = queue.begin()
        #expect(next6 == 2)
    }

    @Test func demandGoesBeforeWhatIsMadeAheadAndAWorkerStaysFree() {
        var queue = SegmentQueue<Int>(workers: 2, maximumWaiting: 10)
        let taken = (0..<10).count { queue.appendAhead($0, account: 1) }
        #expect(taken == 4)
        let isTaken13 = queue.append(20, account: 1, isAdmitted: false)
        #expect(isTaken13)
        let next7 = queue.begin()
        #expect(next7 == 20)
        let next8 = queue.begin()
        #expect(next8 == nil)
        queue.finish(20)
        let next9 = queue.begin()
        #expect(next9 == 0)
        let next10 = queue.begin()
        #expect(next10 == nil)
        let isTaken14 = queue.append(1, account: 2, isAdmitted: false)
        #expect(isTaken14)
        let next11 = queue.begin()
        #expect(next11 == 1)
    }
}
