internal import Foundation
internal import GRPCCore
package import Logging
package import Media
package import NIOPosix
package import Platform
internal import Synchronization
internal import SwiftProtobuf

/// Work on stored media in worker processes of this machine.
///
/// A task that loses its worker is tried once more on another; a source that ends workers again and again is left alone
/// for a while. Processes are there for listeners (segments, a first look at uploads), and others as they are needed for
/// reading in and for drawing, so that long work is never in the way of short work.
package final class MediaWorkers: MediaWork {
    /// What `/metrics` says of it.
    package static let metrics = WorkerMetrics.descriptions

    private let store: BlobStore
    private let files: NIOThreadPool
    private let policy: WorkerPolicy
    private let listening: WorkerLane
    private let reading: WorkerLane
    private let drawing: WorkerLane
    private let quarantine: Mutex<Quarantine>
    private let metrics = WorkerMetrics()

    /// - Parameters:
    ///   - store: where sources are.
    ///   - files: a running pool for what waits for the disk.
    package init(store: BlobStore, files: NIOThreadPool, policy: WorkerPolicy, logger: Logger) {
        self.store = store
        self.files = files
        self.policy = policy
        quarantine = Mutex(Quarantine(strikes: policy.strikes, duration: policy.quarantine))
        let metrics = metrics
        listening = WorkerLane(policy, keepsReady: true, logger: logger, onRestart: metrics.restarted)
        // The waveform of a whole day has to find room.
        var roomy = policy
        roomy.program.memoryBytes *= 2
        reading = WorkerLane(roomy, keepsReady: false, logger: logger, onRestart: metrics.restarted)
        drawing = WorkerLane(roomy, keepsReady: false, logger: logger, onRestart: metrics.restarted)
    }

    /// Starts a worker for the first listener.
    package func prepare() { listening.prepare() }

    /// Ends all workers; tasks under way are lost.
    package func close() { for lane in [listening, reading, drawing] { lane.close() } }

    /// Numbers of the processes that live.
    package var processIdentifiers: [Int32] {
        [listening, reading, drawing].flatMap(\.processes).map(\.processIdentifier)
    }

    /// Workers that have a task.
    var leasedCount: Int { [listening, reading, drawing].map(\.leasedCount).reduce(0, +) }

    /// What keeps a worker from doing harm on this machine, as one says that was started for it.
    package static func sandboxReport(_ program: WorkerPolicy.Program) async throws -> SandboxReport {
        let worker = try await WorkerProcess.start(program) { _ in }
        defer { worker.dismiss() }
        return try await worker.whileAlive { try await worker.connection.sandbox() }
    }
}

// MARK: - Work

extension MediaWorkers {
    package func probe(_ blob: BlobID) async throws -> Probe {
        try await run(.probe, blob, listening, short) { worker, source in try await worker.connection.probe(source) }
    }

    package func ingest(_ blob: BlobID, progress: @escaping @Sendable (Double) -> Void) async throws -> IngestResult {
        let allowance = TaskAllowance(declaredMilliseconds: try await probe(blob).estimatedDurationMilliseconds)
        return try await run(.ingest, blob, reading, allowance) { worker, source in
            try await worker.connection.ingest(source, progress: progress)
        }
    }

    package func transcode(
        _ blob: BlobID, as wish: Transcoder.Wish, take: @escaping @Sendable ([UInt8]) async throws -> Void
    ) async throws {
        let allowance = TaskAllowance(declaredMilliseconds: try await probe(blob).estimatedDurationMilliseconds)
        let hasBegun = Mutex(false)
        try await run(.transcode, blob, reading, allowance) { worker, source in
            // What was taken cannot be taken back.
            guard !hasBegun.withLock(\.self) else { throw MediaError.lost }
            try await worker.connection.transcode(source, as: wish) { bytes in
                hasBegun.withLock { $0 = true }
                try await take(bytes)
            }
        }
    }

    package func waveform(of blob: BlobID, samplesPerPixel: Int) async throws -> WaveformPyramid {
        let allowance = TaskAllowance(declaredMilliseconds: try await probe(blob).estimatedDurationMilliseconds)
        return try await run(.waveform, blob, drawing, allowance) { worker, source in
            try await worker.connection.waveform(source, samplesPerPixel: samplesPerPixel)
        }
    }

    package func jpeg(_ picture: [UInt8], _ shape: PictureShape) async throws -> [UInt8] {
        try await attempt(.picture, nil, drawing, short) { worker in try await worker.connection.jpeg(picture, shape) }
    }

    package func mediaType(of beginning: [UInt8]) async throws -> String? {
        try await attempt(.type, nil, listening, short) { worker in try await worker.connection.mediaType(of: beginning)
        }
    }

    package func behaviours() async throws -> Set<String> {
        [try await attempt(.behaviour, nil, listening, short) { worker in try await worker.connection.behaviour() }]
    }

    package func encode(
        _ segment: SegmentRequest, of blob: BlobID, take: @escaping @Sendable ([UInt8]) throws -> Void
    ) async throws {
        // A second worker begins anew and gives the same bytes.
        let delivery = Delivery(take)
        let allowance = segment.isDescription ? Self.allowance(decoding: segment.source) : short
        try await attempt(.segment, blob, listening, allowance) { worker in
            delivery.begin()
            var source = self.source(blob, 0, allowance)
            if worker.knows(blob) {
                do {
                    return try await worker.connection.encode(segment, source, packetIndex: [], take: delivery.pass)
                } catch let error as RPCError where error.isUnknownSource {
                    worker.note(blob, isKnown: false)
                }
            }
            let store = self.store
            let (file, packetIndex) = try await self.files.runIfActive {
                (try Self.open(blob, in: store), segment.source.packetIndex.serialised())
            }
            source.descriptor = try worker.hand(file)
            try await worker.connection.encode(segment, source, packetIndex: packetIndex, take: delivery.pass)
            worker.note(blob, isKnown: true)
        }
    }

    private static func allowance(decoding source: RenditionSource) -> TaskAllowance {
        TaskAllowance(declaredMilliseconds: Int(source.sampleCount * 1_000 / Int64(max(1, source.sampleRate))))
    }

    private var short: TaskAllowance {
        TaskAllowance(processorSeconds: policy.shortProcessorSeconds, deadline: policy.shortDeadline)
    }

    private func source(_ blob: BlobID, _ descriptor: UInt64, _ allowance: TaskAllowance) -> MediaConnection.Source {
        .with {
            $0.blob = blob.rawValue
            $0.descriptor = descriptor
            $0.cpuSeconds = allowance.processorSeconds
        }
    }

    private static func open(_ blob: BlobID, in store: BlobStore) throws(MediaError) -> BlobFile {
        guard let file = try store.open(blob) else {
            throw MediaError(code: .io, message: "The stored file of a track is gone: restore it from a backup.")
        }
        return file
    }

    /// A task on a file that the worker is handed.
    private func run<Value: Sendable>(
        _ task: MediaTask, _ blob: BlobID, _ lane: WorkerLane, _ allowance: TaskAllowance,
        _ body: @escaping @Sendable (WorkerProcess, MediaConnection.Source) async throws -> Value
    ) async throws -> Value {
        let store = store
        let file = try await files.runIfActive { try Self.open(blob, in: store) }
        return try await attempt(task, blob, lane, allowance) { worker in
            try await body(worker, self.source(blob, try worker.hand(file), allowance))
        }
    }
}

// MARK: - Supervision of a task

extension MediaWorkers {
    /// Runs a task on one worker, and on another when that one is lost.
    private func attempt<Value: Sendable>(
        _ task: MediaTask, _ blob: BlobID?, _ lane: WorkerLane, _ allowance: TaskAllowance,
        _ body: @escaping @Sendable (WorkerProcess) async throws -> Value
    ) async throws -> Value {
        metrics.began(task)
        for isLast in [false, true] {
            if let blob { try refuseQuarantined(blob) }
            let worker = try await lane.lease(for: blob)
            do {
                return try await perform(allowance, on: worker, of: lane, body)
            } catch let loss as WorkerLoss {
                metrics.lost(task)
                if let blob { strike(blob) }
                if loss.isForGood { throw MediaError.tooMuchTime }
                if isLast, let blob { try refuseQuarantined(blob) }
            }
        }
        throw MediaError.lost
    }

    /// - Throws: ``WorkerLoss`` when the worker ended; what the task threw when it did not.
    private func perform<Value: Sendable>(
        _ allowance: TaskAllowance, on worker: WorkerProcess, of lane: WorkerLane,
        _ body: @escaping @Sendable (WorkerProcess) async throws -> Value
    ) async throws -> Value {
        worker.countTask()
        let overdue = Task {
            try await Task.sleep(for: allowance.deadline)
            worker.kill()
        }
        defer { overdue.cancel() }
        do {
            let value = try await worker.whileAlive { try await body(worker) }
            lane.giveBack(worker)
            return value
        } catch {
            if let failure = MediaError(error) {
                lane.giveBack(worker)
                throw failure
            }
            // It may be busy still: whoever leaves takes it along.
            guard !Task.isCancelled, error is RPCError || error is RuntimeError else {
                worker.dismiss()
                throw Task.isCancelled ? CancellationError() : error
            }
            worker.kill()
            throw WorkerLoss(cause: await worker.end.wait())
        }
    }

    private func refuseQuarantined(_ blob: BlobID) throws(MediaError) {
        let now = ContinuousClock.now
        if quarantine.withLock({ $0.holds(blob, at: now) }) { throw MediaError.quarantined }
    }

    private func strike(_ blob: BlobID) {
        let now = ContinuousClock.now
        let count = quarantine.withLock { quarantine in
            quarantine.strike(blob, at: now)
            return quarantine.count(at: now)
        }
        metrics.quarantined(count)
    }
}

/// A worker ended under its task.
private struct WorkerLoss: Error {
    /// Nil where whoever asked has gone.
    let cause: ProcessEnd.Cause?

    /// Used up its processor time: a second try would do the same.
    var isForGood: Bool { cause == .signal(SIGXCPU) }
}

extension MediaError {
    fileprivate static let lost = MediaError(
        code: .interrupted,
        message: "Decoding was broken off twice: try again in a moment, or convert the file to FLAC.")
    fileprivate static let tooMuchTime = MediaError(
        code: .limitExceeded, message: "The file takes too long to decode for its length: convert it to FLAC first.")
    fileprivate static let quarantined = MediaError(
        code: .quarantined,
        message: "Decoding this file was broken off several times: it is left alone for a while. Convert it to FLAC.")
}
