/// Waits between attempts to connect: doubling from 50 ms to half a second, within which a server that is back is found.
struct Backoff {
    private static let shortest = Duration.milliseconds(50)
    private static let longest = Duration.milliseconds(500)

    private var next = Self.shortest

    /// The wait before the next attempt.
    mutating func failed() -> Duration {
        defer { next = min(next * 2, Self.longest) }
        return next
    }

    mutating func succeeded() {
        next = Self.shortest
    }
}
