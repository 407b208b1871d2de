/// What one client has of one conversation, over all its connections, and whether it came as the protocol says.
struct ConversationRecord {
    struct Message: Hashable {
        let id: Int
        let from: Int
        let content: String
    }

    /// What the protocol forbids.
    struct Violation: Error, CustomStringConvertible {
        let description: String
    }

    /// Messages by their numbers.
    private(set) var messages: [Int: Message] = [:]
    /// The client's part begins behind this one.
    private(set) var first = 0
    /// All events up to this one are known.
    private(set) var last = 0
    private(set) var epoch: Int?
    /// Numbers below this one have to be read from the history.
    private(set) var missingBelow: Int?

    /// The numbers that came by this connection, in this order, before it was known from where it goes on.
    private var early: [Int] = []
    private var here: Set<Int> = []
    private var isLive = false
    private var read: Set<Int> = []

    mutating func connect() {
        (early, here, isLive) = ([], [], false)
        read = []
    }

    mutating func joined(at seq: Int, epoch: Int) {
        (first, last, isLive) = (seq, seq, true)
        self.epoch = epoch
    }

    mutating func know(epoch: Int) { if self.epoch == nil { self.epoch = epoch } }

    mutating func take(_ seq: Int, _ message: Message?) throws {
        guard here.insert(seq).inserted else { throw Violation(description: "\(seq) came twice on one connection") }
        if let message { try note(seq, message) }
        guard isLive else { return early.append(seq) }
        guard seq == last + 1 else { throw Violation(description: "\(seq) came after \(last)") }
        last = seq
    }

    private mutating func note(_ seq: Int, _ message: Message) throws {
        if let known = messages[seq], known != message {
            throw Violation(description: "\(seq) is \(message) and was \(known)")
        }
        messages[seq] = message
    }

    /// What was missed has come. Of a thread or a group something may have come before that.
    mutating func resumed(to seq: Int, isRoom: Bool) throws {
        let end = max(seq, here.max() ?? 0)
        guard end <= last || here == Set(last + 1...end) else {
            throw Violation(description: "\(here.sorted()) came instead of \(last + 1) to \(end)")
        }
        let turns = zip(early, early.dropFirst()).count { $1 != $0 + 1 }
        guard turns <= (isRoom ? 0 : 1) else { throw Violation(description: "\(early) is no order") }
        (last, isLive) = (max(end, last), true)
    }

    mutating func reset(to seq: Int, epoch: Int) {
        (last, isLive, missingBelow) = (seq, true, seq + 1)
        self.epoch = epoch
        read = []
    }

    /// Takes a page of the history; gives where the next one begins, nil when it is whole.
    mutating func take(page: [(seq: Int, message: Message)], hasMore: Bool) throws -> Int? {
        guard let missingBelow else { return nil }
        for (seq, message) in page {
            if seq > first { try note(seq, message) }
            read.insert(seq)
        }
        if hasMore, let oldest = page.first?.seq, oldest > first + 1 { return oldest }
        let lost = messages.keys.filter { $0 < missingBelow && !read.contains($0) }
        guard lost.isEmpty else { throw Violation(description: "\(lost.sorted()) came, and are not in the history") }
        self.missingBelow = nil
        return nil
    }
}
