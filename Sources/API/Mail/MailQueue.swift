package import Logging
import NIOPosix
package import Platform
import ServiceLifecycle
import Synchronization

/// Mail on its way out: written beside the requests that caused it, kept in the database until a mail server has taken it,
/// and handed in on threads of its own. What is refused for a while is tried again; what a stopping server has not sent,
/// the next one sends. A message whose sender was killed after the mail server's word is sent twice.
package final class MailQueue: Service {
    /// Writes a message, or finds that none is to be sent.
    package typealias Draft = @Sendable () async throws -> MailMessage?

    private static let threadCount = 2

    private let server: MailServer
    private let store: MailStore
    private let capacity: Int
    private let retryDelays: [Duration]
    private let interval: Duration
    private let logger: Logger
    private let load = Mutex(Load())
    private let drafts: AsyncStream<Draft>
    private let draft: AsyncStream<Draft>.Continuation
    /// An element where there may be something to send.
    private let calls: AsyncStream<Void>
    private let call: AsyncStream<Void>.Continuation

    private struct Load {
        /// Drafts that are not written yet.
        var drafts = 0
        /// The table had no room when it was last asked.
        var isFull = false
    }

    /// - Parameters:
    ///   - capacity: drafts, and messages in the database, that may be waiting.
    ///   - retryDelays: how long to wait before each further attempt.
    ///   - interval: how often to look for messages whose time has come.
    package init(
        server: MailServer, store: MailStore, capacity: Int = 1_000,
        retryDelays: [Duration] = [.seconds(5), .seconds(60), .seconds(600)], interval: Duration = .seconds(5),
        logger: Logger
    ) {
        self.server = server
        self.store = store
        self.capacity = capacity
        self.retryDelays = retryDelays
        self.interval = interval
        self.logger = logger
        (drafts, draft) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(capacity))
        (calls, call) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Takes a message to be written and sent soon; false when there are too many already.
    package func submit(_ work: @escaping Draft) -> Bool {
        let isAdmitted = load.withLock { load in
            guard load.drafts < capacity, !load.isFull else { return false }
            load.drafts += 1
            return true
        }
        guard isAdmitted else { return false }
        if case .enqueued = draft.yield(work) { return true }
        load.withLock { $0.drafts -= 1 }
        return false
    }

    /// Sends for as long as the node runs; then what was submitted is written down.
    package func run() async throws {
        let threads = NIOThreadPool(numberOfThreads: Self.threadCount)
        threads.start()
        await withGracefulShutdownHandler {
            async let sending: Void = cancelWhenGracefulShutdown { await self.send(threads) }
            await withDiscardingTaskGroup { group in
                for await draft in drafts {
                    group.addTask {
                        await self.keep(draft)
                        self.load.withLock { $0.drafts -= 1 }
                    }
                }
            }
            await sending
        } onGracefulShutdown: { [draft] in
            draft.finish()
        }
        try? await threads.shutdownGracefully()
    }

    private func keep(_ draft: Draft) async {
        do {
            guard let message = try await draft() else { return }
            let hasRoom = try await store.insert(message, capacity: capacity)
            load.withLock { $0.isFull = !hasRoom }
            guard hasRoom else { return logger.error("A message was dropped: too many are waiting to be sent") }
            call.yield()
        } catch {
            // Without the address and the text, which are between the two.
            logger.error("A message was not written", metadata: ["reason": "\(error)"])
        }
    }

    private func send(_ threads: NIOThreadPool) async {
        async let clock: Void = callNowAndThen()
        for await _ in calls {
            do {
                try await store.purge()
                while !Task.isCancelled, try await sendSome(threads) {}
                load.withLock { $0.isFull = false }
            } catch {
                logger.warning("Mail cannot be sent now", metadata: ["reason": "\(error)"])
            }
        }
        await clock
    }

    private func callNowAndThen() async {
        repeat { call.yield() } while (try? await Task.sleep(for: interval)) != nil
    }

    /// Sends as much as there are threads for; false when nothing is due.
    private func sendSome(_ threads: NIOThreadPool) async throws -> Bool {
        let claims = try await store.claim(Self.threadCount)
        await withDiscardingTaskGroup { group in
            for claim in claims {
                // A task of its own, so that a server that stops still notes what was taken.
                group.addTask { await Task { await self.deliver(claim, threads) }.value }
            }
        }
        return !claims.isEmpty
    }

    private func deliver(_ claim: MailStore.Claim, _ threads: NIOThreadPool) async {
        do {
            do {
                guard let message = claim.message else {
                    throw MailError(isTemporary: false, description: "unreadable")
                }
                try await threads.runIfActive { [server] in try MailTransfer.send(message, by: server) }
            } catch let error as MailError {
                if error.isTemporary, claim.attempts <= retryDelays.count {
                    logger.info("A message was not taken yet", metadata: ["reason": "\(error)"])
                    return try await store.postpone(claim.id, by: retryDelays[claim.attempts - 1])
                }
                logger.error("A message was not sent", metadata: ["reason": "\(error)"])
            }
            try await store.remove(claim.id)
        } catch {
            logger.warning("A message may be sent twice", metadata: ["reason": "\(error)"])
        }
    }
}
