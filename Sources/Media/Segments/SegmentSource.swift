package import NIOCore
import Synchronization

/// Segments from memory, from files, or made on demand: each once, however many ask for it at the same time, and readable as
/// far as it has come; as many at a time as there are workers, and no more waiting than can be served soon.
package final class SegmentSource: Sendable {
    /// Takes the next bytes of a segment, from any thread; what it throws is to end the work.
    package typealias Take = @Sendable ([UInt8]) throws(MediaError) -> Void
    /// Makes a segment and hands its bytes over; suspends while a thread or a process does it.
    package typealias Make = @Sendable (_ take: @escaping Take) async throws -> Void

    /// Too many segments wait to be made: ask again in a moment.
    package struct Busy: Error {}

    /// Its listeners had gone, and the work was broken off; whoever came meanwhile asks again.
    private struct Abandoned: Error {}

    /// A segment that is looked for, waits or is made.
    fileprivate struct Flight {
        enum Stage {
            case looking, waiting, running
        }

        let segment = SegmentInMaking()
        let number: Int
        let account: Int
        let make: Make
        let isAhead: Bool
        var stage = Stage.looking
        /// Who waits for its bytes now.
        var readers = 0
        /// An answer that has begun needs it.
        var isAdmitted = false
        /// The last who waited went away before the bytes came.
        var isForsaken = false
        /// Nobody is to have what comes of it.
        var isAbandoned = false
    }

    fileprivate struct State {
        var memory: SieveCache<SegmentKey, ByteBuffer>
        var queue: SegmentQueue<SegmentKey>
        var flights: [SegmentKey: Flight] = [:]
        var nextFlight = 0
    }

    private let state: Mutex<State>
    private let files: SegmentFiles?
    private let report: @Sendable (SegmentEvent) -> Void

    /// - Parameters:
    ///   - memoryBytes: of the memory for segments.
    ///   - files: the tier behind it, if there is to be one.
    ///   - workers: how many are made at once.
    ///   - maximumWaiting: how many wait to be made before further requests are refused.
    ///   - report: is told what happens, from any thread.
    package init(
        memoryBytes: Int, files: SegmentFiles?, workers: Int, maximumWaiting: Int,
        report: @escaping @Sendable (SegmentEvent) -> Void
    ) {
        state = Mutex(
            State(
                memory: SieveCache(capacity: memoryBytes),
                queue: SegmentQueue(workers: workers, maximumWaiting: maximumWaiting)))
        self.files = files
        self.report = report
    }

    /// The first of the bytes of `range` of a segment, at least one; made if it is nowhere. Whoever is cancelled leaves; the
    /// others of the same segment stay.
    /// - Parameters:
    ///   - account: who asks; workers are shared out among accounts.
    ///   - isAdmitted: it waits however many there are, because the answer that needs it has begun.
    /// - Throws: ``Busy``, `CancellationError`, or what `make` threw.
    package func bytes(
        of range: Range<Int>, in key: SegmentKey, account: Int, isAdmitted: Bool, make: @escaping Make
    ) async throws -> ByteBuffer {
        while true {
            switch enter(key, account: account, isAdmitted: isAdmitted, make) {
            case .kept(let segment):
                report(.hit)
                let wanted = range.clamped(to: 0..<segment.readableBytes)
                guard let slice = segment.getSlice(at: wanted.lowerBound, length: wanted.count), !wanted.isEmpty else {
                    throw MediaError(code: .io, message: "A segment is shorter than the arithmetic has it.")
                }
                return slice
            case .flying(let segment, let number):
                defer { leave(key, number) }
                do { return try await segment.bytes(of: range) } catch is Abandoned { continue }
            }
        }
    }

    /// All bytes of a segment, whose number only the making tells.
    /// - Throws: as ``bytes(of:in:account:isAdmitted:make:)``.
    package func whole(
        _ key: SegmentKey, account: Int, isAdmitted: Bool, make: @escaping Make
    ) async throws -> ByteBuffer {
        while true {
            switch enter(key, account: account, isAdmitted: isAdmitted, make) {
            case .kept(let segment):
                report(.hit)
                return segment
            case .flying(let segment, let number):
                defer { leave(key, number) }
                do {
                    try await segment.end()
                    return segment.whole
                } catch is Abandoned { continue }
            }
        }
    }

    /// A segment that is in memory, which is thereby marked as wanted: waits for nothing.
    package func cached(_ key: SegmentKey) -> ByteBuffer? {
        guard let segment = state.withLock({ $0.memory.value(key) }) else { return nil }
        report(.hit)
        return segment
    }

    /// Has a segment made that will be wanted soon, behind all that are wanted now.
    package func readAhead(_ key: SegmentKey, account: Int, make: @escaping Make) {
        let number: Int? = state.withLock { state in
            guard !state.memory.contains(key), state.flights[key] == nil else { return nil }
            // Many of them look for their files or wait: this one is not needed yet.
            guard state.flights.count < 4 * state.queue.workers else { return nil }
            return state.takeOff(key, account: account, make, isAhead: true)
        }
        if let number { look(key, number) }
    }

    /// Forgets what is kept, in memory and on disk. Blocks on the disk.
    package func removeAll() throws(MediaError) {
        state.withLock { $0.memory.removeAll() }
        try files?.removeAll()
    }

    /// What is held and what waits.
    package var load: SegmentLoad {
        let kept = files?.load
        return state.withLock { state in
            SegmentLoad(
                memoryBytes: state.memory.cost, memoryCapacityBytes: state.memory.capacity,
                memorySegments: state.memory.count, diskBytes: kept?.bytes ?? 0,
                diskCapacityBytes: files?.capacityBytes ?? 0, diskSegments: kept?.count ?? 0,
                running: state.queue.runningCount, waiting: state.queue.waitingCount)
        }
    }
}

// MARK: - Flights

extension SegmentSource.State {
    /// Begins a flight, whose first stage is the look for a file; gives its number.
    fileprivate mutating func takeOff(
        _ key: SegmentKey, account: Int, _ make: @escaping SegmentSource.Make, isAhead: Bool
    ) -> Int {
        nextFlight += 1
        flights[key] = SegmentSource.Flight(number: nextFlight, account: account, make: make, isAhead: isAhead)
        return nextFlight
    }

    /// A key's flight if it is this one.
    fileprivate func flight(_ key: SegmentKey, _ number: Int) -> SegmentSource.Flight? {
        flights[key].flatMap { $0.number == number ? $0 : nil }
    }
}

extension SegmentSource {
    private enum Entry {
        case kept(ByteBuffer)
        case flying(SegmentInMaking, number: Int)
    }

    /// Finds a segment in memory, or joins its flight, which is begun if there is none.
    private func enter(_ key: SegmentKey, account: Int, isAdmitted: Bool, _ make: @escaping Make) -> Entry {
        let (entry, isNew): (Entry?, Bool) = state.withLock { state in
            if let segment = state.memory.value(key) { return (.kept(segment), false) }
            let isNew = state.flights[key] == nil
            if isNew { _ = state.takeOff(key, account: account, make, isAhead: false) }
            state.flights[key]?.readers += 1
            state.flights[key]?.isForsaken = false
            if isAdmitted { state.flights[key]?.isAdmitted = true }
            return (state.flights[key].map { .flying($0.segment, number: $0.number) }, isNew)
        }
        guard let entry else { preconditionFailure("the flight was made above") }
        if case .flying(_, let number) = entry {
            if isNew { look(key, number) } else { want(key, number) }
        }
        return entry
    }

    /// A reader has its bytes, or gives up waiting. What has not begun and nobody waits for any more is dropped.
    private func leave(_ key: SegmentKey, _ number: Int) {
        let hasGivenUp = Task.isCancelled
        state.withLock { state in
            guard var flight = state.flight(key, number) else { return }
            flight.readers -= 1
            flight.isForsaken = flight.readers == 0 && hasGivenUp
            state.flights[key] = flight
            guard flight.readers == 0, flight.stage == .waiting else { return }
            state.queue.drop(key)
            state.flights[key] = nil
        }
    }

    /// The first stage: the segment may be in a file.
    private func look(_ key: SegmentKey, _ number: Int) {
        guard let files else { return miss(key, number) }
        let clock = ContinuousClock()
        let start = clock.now
        // Outlives whoever asked: others may have joined.
        Task {
            guard let segment = await files.read(key, report) else { return miss(key, number) }
            report(.diskHit)
            report(.firstBytes(start.duration(to: clock.now)))
            land(key, number, .success(segment))
        }
    }

    /// There is no file: the segment has to be made.
    private func miss(_ key: SegmentKey, _ number: Int) {
        let (refused, isMiss): (SegmentInMaking?, Bool) = state.withLock { state in
            guard var flight = state.flight(key, number) else { return (nil, false) }
            flight.stage = .waiting
            state.flights[key] = flight
            if flight.readers > 0 {
                let isAccepted = state.queue.append(key, account: flight.account, isAdmitted: flight.isAdmitted)
                if !isAccepted { state.flights[key] = nil }
                return (isAccepted ? nil : flight.segment, true)
            }
            // Nobody waits: it is made ahead if there is room, or not at all.
            let isAccepted = flight.isAhead && state.queue.appendAhead(key, account: flight.account)
            if !isAccepted { state.flights[key] = nil }
            return (nil, isAccepted)
        }
        if isMiss { report(.miss) }
        if let refused { refuse(refused) }
        begin()
    }

    /// Somebody waits for a flight that was there already: it may have been one ahead of demand.
    private func want(_ key: SegmentKey, _ number: Int) {
        let refused: SegmentInMaking? = state.withLock { state in
            guard let flight = state.flight(key, number), flight.stage == .waiting else { return nil }
            guard !state.queue.append(key, account: flight.account, isAdmitted: flight.isAdmitted) else { return nil }
            state.queue.drop(key)
            state.flights[key] = nil
            return flight.segment
        }
        if let refused { refuse(refused) }
        begin()
    }

    private func refuse(_ segment: SegmentInMaking) {
        report(.refused)
        segment.finish(.failure(Busy()))
    }

    /// Begins what may begin.
    private func begin() {
        while let (key, flight) = state.withLock({ $0.next() }) {
            // Outlives whoever asked: others may have joined, and what was begun is kept.
            Task { await run(key, flight) }
        }
    }

    private func run(_ key: SegmentKey, _ flight: Flight) async {
        let clock = ContinuousClock()
        let start = clock.now
        let segment = flight.segment
        let isFirst = Mutex(true)
        let result: Result<Void, any Error>
        do {
            try await flight.make { [self] bytes throws(MediaError) in
                guard state.withLock({ $0.flight(key, flight.number)?.isAbandoned == false }) else {
                    throw MediaError(code: .cancelled, message: "Nobody listens to this any more.")
                }
                segment.append(ByteBuffer(bytes: bytes))
                let first = isFirst.withLock { first in
                    defer { first = false }
                    return first
                }
                if first { report(.firstBytes(start.duration(to: clock.now))) }
            }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        report(.encoded(start.duration(to: clock.now)))
        state.withLock { $0.queue.finish(key) }
        switch result {
        case .success:
            let whole = segment.whole
            land(key, flight.number, .success(whole))
            await files?.write(whole, key, report)
        case .failure(let error): land(key, flight.number, .failure(error))
        }
        begin()
    }

    /// Ends a flight: the segment is kept, and whoever waits for it gets it.
    private func land(_ key: SegmentKey, _ number: Int, _ result: Result<ByteBuffer, any Error>) {
        let (flight, evicted): (Flight?, Int) = state.withLock { state in
            guard let flight = state.flight(key, number) else { return (nil, 0) }
            state.flights[key] = nil
            guard case .success(let segment) = result else { return (flight, 0) }
            let cost = segment.storageCapacity
            return (flight, state.memory.insert(segment, for: key, cost: cost).count)
        }
        guard let flight else { return }
        if evicted > 0 { report(.evicted(evicted)) }
        switch result {
        case .success(let segment):
            // What was read from a file comes in one piece; what was made has come in many.
            if flight.stage == .looking { flight.segment.append(segment) }
            flight.segment.finish(.success(()))
        case .failure where flight.isAbandoned:
            report(.abandoned)
            flight.segment.finish(.failure(Abandoned()))
        case .failure(let error): flight.segment.finish(.failure(error))
        }
    }
}

extension SegmentSource.State {
    /// The flight whose encode is to begin now.
    fileprivate mutating func next() -> (SegmentKey, SegmentSource.Flight)? {
        giveUpForsaken()
        guard let key = queue.begin() else { return nil }
        flights[key]?.stage = .running
        return flights[key].map { (key, $0) }
    }

    /// When a listener has to wait though an encode runs whose listeners have all gone away, that one is broken off.
    fileprivate mutating func giveUpForsaken() {
        guard queue.isShort, queue.runningCount >= queue.share else { return }
        let forsaken = flights.first { $0.value.stage == .running && $0.value.isForsaken && !$0.value.isAbandoned }
        if let key = forsaken?.key { flights[key]?.isAbandoned = true }
    }
}
