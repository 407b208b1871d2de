/// Encodes that wait for their turn and those that run: which is next, and which is one too many. Holds no threads and
/// waits for nothing itself; ``SegmentSource`` acts on what it answers.
///
/// What a listener waits for goes before what is made ahead. One account never has all workers, nor more than half of the
/// places in the queue, and among accounts the one with the fewest encodes under way is next.
struct SegmentQueue<Key: Hashable> {
    private struct Entry {
        let key: Key
        let account: Int
    }

    /// Most encodes that run at once.
    let workers: Int
    /// Most encodes that wait to begin, those ahead of demand apart.
    let maximumWaiting: Int

    private var wanted: [Entry] = []
    private var ahead: [Entry] = []
    /// The accounts of those that run.
    private var running: [Key: Int] = [:]
    private var runningOfAccount: [Int: Int] = [:]

    init(workers: Int, maximumWaiting: Int) {
        self.workers = workers
        self.maximumWaiting = maximumWaiting
    }

    /// Most encodes that run at once of one account, and most that run ahead of demand: one worker stays free for others.
    var share: Int { max(1, workers - 1) }

    /// How many encodes have not begun.
    var waitingCount: Int { wanted.count + ahead.count }

    var runningCount: Int { running.count }

    /// Whether something that a listener waits for has to go on waiting.
    var isShort: Bool { !wanted.isEmpty }

    /// Puts an encode into the queue that somebody waits for; one that waits ahead of demand is moved.
    /// - Parameter isAdmitted: it may wait however many there are, because an answer that needs it has begun.
    /// - Returns: false when too many wait.
    mutating func append(_ key: Key, account: Int, isAdmitted: Bool) -> Bool {
        precondition(running[key] == nil, "it runs already")
        guard !wanted.contains(where: { $0.key == key }) else { return true }
        let ofAccount = wanted.count { $0.account == account }
        let isCrowded = wanted.count >= maximumWaiting || ofAccount >= max(1, maximumWaiting / 2)
        guard isAdmitted || !isCrowded else { return false }
        ahead.removeAll { $0.key == key }
        wanted.append(Entry(key: key, account: account))
        return true
    }

    /// Puts an encode that nobody waits for behind all others.
    /// - Returns: false when there are many of those.
    mutating func appendAhead(_ key: Key, account: Int) -> Bool {
        guard ahead.count < 2 * workers else { return false }
        ahead.append(Entry(key: key, account: account))
        return true
    }

    /// Takes an encode that has not begun out of the queue.
    mutating func drop(_ key: Key) {
        wanted.removeAll { $0.key == key }
        ahead.removeAll { $0.key == key }
    }

    /// The encode that is to begin now; nil when no worker is free for any that waits.
    mutating func begin() -> Key? {
        guard running.count < workers else { return nil }
        let next: Entry
        if let place = place(in: wanted) {
            next = wanted.remove(at: place)
        } else if running.count < share, let place = place(in: ahead) {
            next = ahead.remove(at: place)
        } else {
            return nil
        }
        running[next.key] = next.account
        runningOfAccount[next.account, default: 0] += 1
        return next.key
    }

    /// Notes that an encode has come to its end.
    mutating func finish(_ key: Key) {
        guard let account = running.removeValue(forKey: key) else { return }
        let left = runningOfAccount[account, default: 1] - 1
        runningOfAccount[account] = left > 0 ? left : nil
    }

    /// The first entry of the account that has the fewest encodes under way, and fewer than its share.
    private func place(in entries: [Entry]) -> Int? {
        var best: (place: Int, running: Int)?
        for (place, entry) in entries.enumerated() {
            let count = runningOfAccount[entry.account, default: 0]
            if count < best?.running ?? share { best = (place, count) }
            if best?.running == 0 { break }
        }
        return best?.place
    }
}
