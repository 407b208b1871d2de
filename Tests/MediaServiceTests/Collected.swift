import Synchronization

/// Pieces put together, from any thread.
final class Collected: Sendable {
    private let state = Mutex<[[UInt8]]>([])

    func append(_ piece: [UInt8]) { state.withLock { $0.append(piece) } }

    var pieces: [[UInt8]] { state.withLock { $0 } }
    var bytes: [UInt8] { pieces.flatMap(\.self) }
}
