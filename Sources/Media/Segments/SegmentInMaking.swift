package import NIOCore
import Synchronization

/// A segment whose bytes come one piece after the other: each can be read as soon as it is there, by any number of readers.
package final class SegmentInMaking: Sendable {
    private struct Reader {
        /// It waits for the byte at this place.
        let offset: Int
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var pieces: [ByteBuffer] = []
        /// Where each piece ends.
        var ends: [Int] = []
        var outcome: Result<Void, any Error>?
        var readers: [Int: Reader] = [:]
        var nextReader = 0

        var size: Int { ends.last ?? 0 }
    }

    private let state = Mutex(State())

    package init() {}

    /// Adds the next bytes.
    package func append(_ piece: ByteBuffer) {
        guard piece.readableBytes > 0 else { return }
        let served = state.withLock { state in
            state.pieces.append(piece)
            state.ends.append(state.size + piece.readableBytes)
            let size = state.size
            let served = state.readers.filter { $0.value.offset < size }
            for number in served.keys { state.readers[number] = nil }
            return served
        }
        for reader in served.values { reader.continuation.resume() }
    }

    /// Says that no more will come, because all is there or because something went wrong.
    package func finish(_ outcome: Result<Void, any Error>) {
        let readers = state.withLock { state in
            guard state.outcome == nil else { return [Int: Reader]() }
            state.outcome = outcome
            return state.readers.clear()
        }
        for reader in readers.values { reader.continuation.resume() }
    }

    /// All bytes that are there, in one piece.
    package var whole: ByteBuffer {
        state.withLock { state in
            guard state.pieces.count != 1 else { return state.pieces[0] }
            var whole = ByteBuffer()
            whole.reserveCapacity(state.size)
            for piece in state.pieces { whole.writeImmutableBuffer(piece) }
            return whole
        }
    }

    /// The first of the bytes of `range`, at least one: waits until that is there.
    /// - Throws: what the making ended with, `CancellationError`, or `io` when the segment ends before.
    package func bytes(of range: Range<Int>) async throws -> ByteBuffer {
        while true {
            if let bytes = try state.withLock({ try Self.bytes(of: range, in: $0) }) { return bytes }
            try await arrival(of: range.lowerBound)
        }
    }

    /// Waits until all bytes are there.
    /// - Throws: what the making ended with, or `CancellationError`.
    package func end() async throws {
        while true {
            if let outcome = state.withLock({ $0.outcome }) { return try outcome.get() }
            try await arrival(of: .max)
        }
    }

    private static func bytes(of range: Range<Int>, in state: State) throws -> ByteBuffer? {
        if range.lowerBound < state.size {
            let number = state.ends.partitioningIndex { $0 > range.lowerBound }
            let start = number == 0 ? 0 : state.ends[number - 1]
            let wanted = range.clamped(to: start..<state.ends[number])
            let piece = state.pieces[number]
            return piece.getSlice(at: piece.readerIndex + wanted.lowerBound - start, length: wanted.count)
        }
        switch state.outcome {
        case nil: return nil
        case .failure(let error): throw error
        case .success:
            throw MediaError(code: .io, message: "A segment is shorter than the arithmetic has it.")
        }
    }

    /// Waits until the byte at `offset` is there, or will never be.
    private func arrival(of offset: Int) async throws {
        let number = state.withLock { state in
            state.nextReader += 1
            return state.nextReader
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isNear = state.withLock { state in
                    guard !Task.isCancelled, state.outcome == nil, state.size <= offset else { return true }
                    state.readers[number] = Reader(offset: offset, continuation: continuation)
                    return false
                }
                if isNear { continuation.resume() }
            }
            try Task.checkCancellation()
        } onCancel: {
            let reader = state.withLock { $0.readers.removeValue(forKey: number) }
            reader?.continuation.resume(throwing: CancellationError())
        }
    }
}

extension Dictionary {
    /// Empties it and gives what it held.
    fileprivate mutating func clear() -> Self {
        defer { removeAll() }
        return self
    }
}

extension [Int] {
    /// The first place whose value satisfies a condition that holds from some place on; `count` for none.
    fileprivate func partitioningIndex(where holds: (Int) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
