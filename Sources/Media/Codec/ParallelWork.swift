internal import Dispatch
internal import Synchronization

/// Work in numbered pieces, done by a few threads at once, each taking the next piece there is.
final class ParallelWork: Sendable {
    private struct State {
        var nextPiece = 0
        var doneUnits: Int64 = 0
        var failure: MediaError?
    }

    private static let pollMilliseconds = 40
    private let pieces: Int
    private let totalUnits: Int64
    private let state = Mutex(State())

    /// - Parameter units: what the pieces report all together.
    init(pieces: Int, units: Int64) {
        self.pieces = pieces
        totalUnits = units
    }

    /// Does all pieces; the calling thread waits, and hears of the progress.
    /// - Parameter piece: does one piece, on any thread; it calls ``advance(_:)`` as it goes on.
    /// - Throws: what a piece threw first, or `.cancelled`; then no thread works any more.
    func run(
        threads: Int, control: WorkControl, _ piece: @escaping @Sendable (Int) throws(MediaError) -> Void
    ) throws(MediaError) {
        let group = DispatchGroup()
        for number in 0..<min(threads, pieces) {
            // A serial queue each has its thread at once. One that is concurrent shares a pool with this thread, which waits, and
            // that notices only after a second.
            DispatchQueue(label: "talas.parallel-work.\(number)", qos: .userInitiated).async(group: group) {
                self.work(piece)
            }
        }
        while group.wait(timeout: .now() + .milliseconds(Self.pollMilliseconds)) == .timedOut {
            do throws(MediaError) { try control.checkCancelled() } catch { fail(error) }
            control.report(bytes: state.withLock { $0.doneUnits }, of: totalUnits)
        }
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    /// Notes that a piece has come further.
    /// - Throws: `.cancelled` when the work is to end.
    func advance(_ units: Int64) throws(MediaError) {
        let isOver = state.withLock { state in
            state.doneUnits += units
            return state.failure != nil
        }
        if isOver { throw MediaError.cancelled }
    }

    private func work(_ piece: (Int) throws(MediaError) -> Void) {
        while let next = takePiece() {
            do throws(MediaError) { try piece(next) } catch { fail(error) }
        }
    }

    private func takePiece() -> Int? {
        state.withLock { state in
            guard state.failure == nil, state.nextPiece < pieces else { return nil }
            defer { state.nextPiece += 1 }
            return state.nextPiece
        }
    }

    private func fail(_ error: MediaError) {
        state.withLock { state in
            if state.failure == nil { state.failure = error }
        }
    }
}
