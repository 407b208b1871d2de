/// Which statements the server of one session has prepared, and under what name. Bounded: the one used longest ago goes.
struct StatementCache {
    /// How a statement is to be sent.
    enum Plan: Equatable {
        /// Prepare it under this name, then run it; first forget the other name, if any.
        case prepare(name: String, evicting: String?)
        /// It is prepared.
        case run(name: String)
        /// An earlier request is preparing it and may yet fail: send the text along.
        case unnamed
    }

    private struct Entry {
        let name: String
        var isReady = false
        var lastUse: UInt64
    }

    private let capacity: Int
    private var entries: [String: Entry] = [:]
    private var uses: UInt64 = 0

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// Decides how to send a statement, and remembers that it is being prepared.
    mutating func plan(_ sql: String) -> Plan {
        uses += 1
        if let index = entries.index(forKey: sql) {
            guard entries.values[index].isReady else { return .unnamed }
            entries.values[index].lastUse = uses
            return .run(name: entries.values[index].name)
        }
        var evicted: String?
        if entries.count >= capacity {
            let oldest = entries.filter(\.value.isReady).min { $0.value.lastUse < $1.value.lastUse }
            guard let oldest else { return .unnamed }
            entries[oldest.key] = nil
            evicted = oldest.value.name
        }
        // Names are never used twice: one that the server still knows cannot be met again.
        let name = "talas_\(uses)"
        entries[sql] = Entry(name: name, lastUse: uses)
        return .prepare(name: name, evicting: evicted)
    }

    /// The server has prepared it.
    mutating func prepared(_ sql: String) {
        entries[sql]?.isReady = true
    }

    /// The server has not prepared it, or its plan is of no use any more.
    mutating func remove(_ sql: String) {
        entries[sql] = nil
    }
}
