package import Logging
package import Media
package import Platform
import Postgres
import ServiceLifecycle
import Synchronization

/// Works off the ingest queue: as many jobs at once as there are workers, each in a worker of its own.
package struct IngestService: Service {
    /// How often the queue is looked at though nobody said that there is something: for leases that ran out.
    private static let patrol = Duration.seconds(5)

    private let queue: IngestQueue
    private let ingestion: Ingestion
    private let references: BlobReferences
    private let bus: EventBus
    private let workers: Int
    private let logger: Logger

    /// - Parameters:
    ///   - work: decodes.
    ///   - workers: how many tracks are decoded at once.
    package init(
        queue: IngestQueue, references: BlobReferences, work: any MediaWork, bus: EventBus, workers: Int, logger: Logger
    ) {
        self.queue = queue
        self.references = references
        ingestion = Ingestion(store: references.store, files: references.threads, work: work)
        self.bus = bus
        self.workers = workers
        self.logger = logger
    }

    /// Until shutdown: then no job is begun any more, and those that run come to their end.
    package func run() async throws {
        // One waiting signal says as much as many: look at the queue.
        let (signals, signal) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        await withGracefulShutdownHandler {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await listen(signal) }
                group.addTask { await patrol(signal) }
                await dispatch(signals, signal)
                group.cancelAll()
            }
        } onGracefulShutdown: {
            signal.finish()
        }
    }

    private func listen(_ signal: AsyncStream<Void>.Continuation) async {
        while !Task.isCancelled {
            let events = bus.subscribe()
            // What came before it listened is in the queue already.
            signal.yield()
            for await event in events where event.topic == .ingestQueued { signal.yield() }
            // The subscription ended because events were missed, or because the node stops.
            try? await Task.sleep(for: .seconds(1))
        }
    }

    private func patrol(_ signal: AsyncStream<Void>.Continuation) async {
        while !Task.isCancelled {
            signal.yield()
            try? await Task.sleep(for: Self.patrol)
        }
    }

    private func dispatch(_ signals: AsyncStream<Void>, _ signal: AsyncStream<Void>.Continuation) async {
        let places = Places(workers)
        var hasRecovered = false
        await withDiscardingTaskGroup { group in
            for await _ in signals {
                do {
                    if !hasRecovered { try await queue.recover() }
                    hasRecovered = true
                    for track in try await queue.abandon() {
                        await announce(track.trackID, track.ownerID, "failed")
                    }
                    while places.take() {
                        guard let job = try await claimed(places) else { break }
                        group.addTask {
                            await perform(job)
                            places.give()
                            signal.yield()
                        }
                    }
                } catch {
                    logger.warning("The ingest queue cannot be read", metadata: ["error": "\(error)"])
                }
            }
        }
    }

    /// A job for the place that was taken; without one the place is given back.
    private func claimed(_ places: Places) async throws(PostgresError) -> IngestQueue.Job? {
        do throws(PostgresError) {
            let job = try await queue.claim()
            if job == nil { places.give() }
            return job
        } catch {
            places.give()
            throw error
        }
    }

    /// How many jobs may still be begun.
    private final class Places: Sendable {
        private let free: Mutex<Int>
        init(_ count: Int) { free = Mutex(count) }

        func take() -> Bool {
            free.withLock { free in
                guard free > 0 else { return false }
                free -= 1
                return true
            }
        }

        func give() { free.withLock { $0 += 1 } }
    }
}

extension IngestService {
    /// Decodes one job's track and writes down what came of it.
    func perform(_ job: IngestQueue.Job) async {
        do {
            let outcome = try await decode(job)
            var finding = outcome.finding
            if let cover = outcome.cover { finding.cover = try await references.keep(cover) }
            if try await queue.finish(job, finding) { await announce(job.trackID, job.ownerID, "ready") }
        } catch let error as MediaError {
            await refuse(job, error)
        } catch is CancellationError {
            // The node stops, or the job is another's by now.
        } catch {
            // The lease runs out, and the job is taken up again.
            logger.error(
                "A track could not be ingested", metadata: ["track": "\(job.trackID.rawValue)", "error": "\(error)"])
        }
    }

    private func decode(_ job: IngestQueue.Job) async throws -> Ingestion.Outcome {
        let progress = Ingestion.Progress()
        return try await withThrowingTaskGroup(of: Ingestion.Outcome?.self) { group in
            group.addTask { try await ingestion.run(job.blob, progress) }
            group.addTask {
                await accompany(job, progress)
                return nil
            }
            defer { group.cancelAll() }
            // The first to end: the decoding, or its company when the job is somebody else's by now.
            guard let outcome = try await group.next() ?? nil else { throw CancellationError() }
            return outcome
        }
    }

    /// Keeps the lease and tells the owner how far it is, until cancelled or the lease is lost.
    private func accompany(_ job: IngestQueue.Job, _ progress: Ingestion.Progress) async {
        var told = 0
        for tick in 1... {
            guard (try? await Task.sleep(for: .milliseconds(250))) != nil else { return }
            let percent = Int(progress.fraction * 100)
            if percent > told, percent < 100 { await announce(job.trackID, job.ownerID, String(percent)) }
            told = max(told, percent)
            if tick.isMultiple(of: queue.renewalSeconds * 4) {
                do throws(PostgresError) {
                    if try await !queue.renew(job) { return }
                } catch {
                    logger.warning("A lease could not be renewed", metadata: ["error": "\(error)"])
                }
            }
        }
    }

    /// A fault of the file is for good, one of the machine for now.
    private func refuse(_ job: IngestQueue.Job, _ error: MediaError) async {
        do {
            switch error.code {
            case .io, .storageFull, .outOfMemory, .interrupted, .cancelled:
                logger.warning(
                    "A track's ingest is put off",
                    metadata: ["track": "\(job.trackID.rawValue)", "error": "\(error.message)"])
                // A disk that is full stays so until somebody has made room.
                let passes = error.code == .storageFull || error.code == .cancelled
                try await queue.postpone(job, error.message, isFault: !passes)
            default:
                if try await queue.fail(job, error.message) { await announce(job.trackID, job.ownerID, "failed") }
            }
        } catch {
            logger.warning("The ingest queue cannot be written", metadata: ["error": "\(error)"])
        }
    }

    private func announce(_ track: Track.ID, _ owner: Int, _ detail: String) async {
        await bus.publish(Event(.trackProgress, userID: owner, id: track.rawValue, detail: detail))
    }
}
