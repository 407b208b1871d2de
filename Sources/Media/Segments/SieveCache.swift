/// Values by key, bounded by the sum of their costs; what a scan touches once does not drive out what is asked for often.
///
/// The policy is SIEVE: a queue in order of arrival, a mark on what was asked for again, and a hand that walks from the
/// oldest to the newest, takes marks away and evicts the first without one (Zhang and others, NSDI 2024).
package struct SieveCache<Key: Hashable, Value> {
    private struct Entry {
        let key: Key
        let value: Value
        let cost: Int
        var isMarked = false
        /// Neighbours in the queue, by their places in `entries`.
        var newer: Int?
        var older: Int?
    }

    /// Most cost that is held.
    package let capacity: Int
    /// Cost of what is held.
    package private(set) var cost = 0

    private var entries: [Entry?] = []
    private var free: [Int] = []
    private var places: [Key: Int] = [:]
    private var newest: Int?
    private var oldest: Int?
    private var hand: Int?

    package init(capacity: Int) { self.capacity = capacity }

    /// How many values are held.
    package var count: Int { places.count }

    /// A value, which is thereby marked as wanted.
    package mutating func value(_ key: Key) -> Value? {
        guard let place = places[key] else { return nil }
        entries[place]?.isMarked = true
        return entries[place]?.value
    }

    /// Whether there is a value; marks nothing.
    package func contains(_ key: Key) -> Bool { places[key] != nil }

    /// Adds a value in place of the key's old one. One that costs more than the capacity is not held at all.
    /// - Returns: the keys of those that were evicted.
    @discardableResult
    package mutating func insert(_ value: Value, for key: Key, cost: Int) -> [Key] {
        precondition(cost >= 0, "costs add up")
        remove(key)
        guard cost <= capacity else { return [] }
        let evicted = evict(toCost: capacity - cost)
        append(Entry(key: key, value: value, cost: cost, older: newest))
        return evicted
    }

    /// Drops one value, if it is there.
    package mutating func remove(_ key: Key) {
        if let place = places[key] { remove(at: place) }
    }

    /// Evicts by the policy until no more than `limit` is held.
    /// - Returns: the keys of those that were evicted.
    package mutating func evict(toCost limit: Int) -> [Key] {
        var evicted: [Key] = []
        while cost > limit, let key = evictOne() { evicted.append(key) }
        return evicted
    }

    /// Drops everything.
    package mutating func removeAll() { self = SieveCache(capacity: capacity) }

    private mutating func append(_ entry: Entry) {
        let place: Int
        if let unused = free.popLast() {
            place = unused
            entries[place] = entry
        } else {
            place = entries.count
            entries.append(entry)
        }
        if let newest { entries[newest]?.newer = place }
        newest = place
        oldest = oldest ?? place
        places[entry.key] = place
        cost += entry.cost
    }

    private mutating func evictOne() -> Key? {
        var place = hand ?? oldest
        while let current = place, entries[current]?.isMarked == true {
            entries[current]?.isMarked = false
            place = entries[current]?.newer ?? oldest
        }
        guard let place, let key = entries[place]?.key else { return nil }
        hand = place
        remove(at: place)
        return key
    }

    private mutating func remove(at place: Int) {
        guard let entry = entries[place] else { return }
        if let newer = entry.newer { entries[newer]?.older = entry.older } else { newest = entry.older }
        if let older = entry.older { entries[older]?.newer = entry.newer } else { oldest = entry.newer }
        if hand == place { hand = entry.newer }
        places[entry.key] = nil
        entries[place] = nil
        free.append(place)
        cost -= entry.cost
    }
}
