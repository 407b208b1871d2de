/// Where the requests of one connection stand: answers leave in the order of their requests (RFC 9112 §9.3.2).
struct RequestOrder {
    /// Requests that went the usual way and are not answered.
    private var outstanding = 0
    private var isReading = false
    private(set) var isEnding = false

    /// Whether an answer written now is the next that the client expects.
    var isNext: Bool { outstanding == 0 && !isEnding }

    /// Whether the client waits for an answer to a request that it has sent completely.
    var isAnswering: Bool { outstanding > 0 && !isReading }

    /// The head of a request that goes the usual way.
    mutating func passed(isKeepAlive: Bool) {
        outstanding += 1
        isReading = true
        if !isKeepAlive { isEnding = true }
    }

    /// The end of a request that goes the usual way.
    mutating func passedEnd() { isReading = false }

    /// The end of the usual way's answer to the oldest of them. What is not HTTP is answered without having been one.
    mutating func answered() { outstanding = max(0, outstanding - 1) }

    /// Nothing more is to be answered ahead: the connection ends after what is under way.
    mutating func end() { isEnding = true }
}
