/// Encodes that wait for their turn and those that run: who is next, who waits for what. Holds no threads and waits for
/// nothing itself; ``SegmentSource`` acts on what it answers.
struct SegmentQueue<Key: Hashable, Waiter> {
    private struct Flight {
        var waiters: [Int: Waiter] = [:]
        var hasBegun = false
        /// Somebody asked for it; else it is made ahead of demand.
        var isWanted: Bool
    }

    /// What became of a request.
    enum Entry {
        /// It waits, under this number.
        case waiting(Int)
        /// Too much waits already.
        case refused
    }

    /// Most encodes that run at once.
    let workers: Int
    /// Most encodes that wait to begin, those ahead of demand apart.
    let maximumWaiting: Int

    private var flights: [Key: Flight] = [:]
    private var wanted: [Key] = []
    private var ahead: [Key] = []
    private var running = 0
    private var nextNumber = 0

    init(workers: Int, maximumWaiting: Int) {
        self.workers = workers
        self.maximumWaiting = maximumWaiting
    }

    /// How many encodes have not begun.
    var waitingCount: Int { wanted.count + ahead.count }

    /// Whether a key's encode waits or runs.
    func isKnown(_ key: Key) -> Bool { flights[key] != nil }

    /// Lets a waiter share the key's encode, which is put into the queue if it is not there.
    /// - Parameter isAdmitted: it may wait however many there are, because its answer has begun.
    mutating func join(_ key: Key, _ waiter: Waiter, isAdmitted: Bool) -> Entry {
        if flights[key]?.isWanted != true, flights[key]?.hasBegun != true {
            guard isAdmitted || wanted.count < maximumWaiting else { return .refused }
            ahead.removeAll { $0 == key }
            wanted.append(key)
        }
        nextNumber += 1
        flights[key, default: Flight(isWanted: true)].isWanted = true
        flights[key]?.waiters[nextNumber] = waiter
        return .waiting(nextNumber)
    }

    /// Puts an encode that nobody waits for behind all others, unless there are many of those.
    mutating func readAhead(_ key: Key) {
        guard flights[key] == nil, ahead.count < workers else { return }
        flights[key] = Flight(isWanted: false)
        ahead.append(key)
    }

    /// A waiter that leaves before its time; nil when it was answered already. An encode that has not begun and for
    /// which nobody waits any more is dropped.
    mutating func leave(_ key: Key, _ number: Int) -> Waiter? {
        guard let waiter = flights[key]?.waiters.removeValue(forKey: number) else { return nil }
        if let flight = flights[key], flight.waiters.isEmpty, !flight.hasBegun {
            flights[key] = nil
            wanted.removeAll { $0 == key }
        }
        return waiter
    }

    /// The encode that is to begin now; nil when all workers are busy, or nothing waits.
    mutating func begin() -> Key? {
        guard running < workers else { return nil }
        let key: Key
        if !wanted.isEmpty {
            key = wanted.removeFirst()
        } else if !ahead.isEmpty {
            key = ahead.removeFirst()
        } else {
            return nil
        }
        running += 1
        flights[key]?.hasBegun = true
        return key
    }

    /// Those who waited for an encode that has come to its end.
    mutating func finish(_ key: Key) -> [Waiter] {
        running -= 1
        return flights.removeValue(forKey: key).map { Array($0.waiters.values) } ?? []
    }
}
