internal import Synchronization

/// Passes pieces on once, though the work that gives them is begun anew.
final class Delivery: Sendable {
    private let take: @Sendable ([UInt8]) throws -> Void
    private let state = Mutex((delivered: 0, seen: 0))

    init(_ take: @escaping @Sendable ([UInt8]) throws -> Void) { self.take = take }

    /// From here on pieces come from the beginning.
    func begin() { state.withLock { $0.seen = 0 } }

    @Sendable func pass(_ piece: [UInt8]) throws {
        let known = state.withLock { state in
            let known = min(piece.count, state.delivered - state.seen)
            state.seen += piece.count
            state.delivered = max(state.delivered, state.seen)
            return known
        }
        if known == 0 { try take(piece) } else if known < piece.count { try take(Array(piece[known...])) }
    }
}
