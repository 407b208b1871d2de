package import Logging
import NIOPosix
import ServiceLifecycle
import Synchronization

/// Mail on its way out: written and handed in beside the requests that caused it, on threads of its own, with a bound on
/// how much waits. What is refused for a while is tried again; what a stopping server has not sent by then is lost, and
/// whoever waited for it asks again.
package final class MailQueue: Service {
    /// Writes a message, or finds that none is to be sent.
    package typealias Draft = @Sendable () async throws -> MailMessage?

    private static let threadCount = 2

    private let server: MailServer
    private let capacity: Int
    private let retryDelays: [Duration]
    private let logger: Logger
    private let waiting = Mutex(0)
    private let drafts: AsyncStream<Draft>
    private let continuation: AsyncStream<Draft>.Continuation

    /// - Parameters:
    ///   - capacity: messages that may be waiting or under way.
    ///   - retryDelays: how long to wait before each further attempt.
    package init(
        server: MailServer, capacity: Int = 256,
        retryDelays: [Duration] = [.seconds(5), .seconds(60), .seconds(600)], logger: Logger
    ) {
        self.server = server
        self.capacity = capacity
        self.retryDelays = retryDelays
        self.logger = logger
        (drafts, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(capacity))
    }

    /// Takes a message to be written and sent soon; false when there are too many already.
    package func submit(_ draft: @escaping Draft) -> Bool {
        let isAdmitted = waiting.withLock { count in
            guard count < capacity else { return false }
            count += 1
            return true
        }
        guard isAdmitted else { return false }
        if case .enqueued = continuation.yield(draft) { return true }
        waiting.withLock { $0 -= 1 }
        return false
    }

    /// Sends for as long as the node runs.
    package func run() async throws {
        let threads = NIOThreadPool(numberOfThreads: Self.threadCount)
        threads.start()
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                for await draft in drafts {
                    group.addTask {
                        await self.deliver(draft, threads)
                        self.waiting.withLock { $0 -= 1 }
                    }
                }
            }
        } onGracefulShutdown: { [continuation] in
            continuation.finish()
        }
        try? await threads.shutdownGracefully()
    }

    private func deliver(_ draft: Draft, _ threads: NIOThreadPool) async {
        do {
            guard let message = try await draft() else { return }
            for delay in retryDelays {
                do {
                    return try await send(message, threads)
                } catch let error as MailError where error.isTemporary {
                    logger.info("A message was not taken yet", metadata: ["reason": "\(error)"])
                }
                // A server that stops does not wait: then this throws.
                try await cancelWhenGracefulShutdown { try await Task.sleep(for: delay) }
            }
            try await send(message, threads)
        } catch {
            // Without the address and the text, which are between the two.
            logger.error("A message was not sent", metadata: ["reason": "\(error)"])
        }
    }

    private func send(_ message: MailMessage, _ threads: NIOThreadPool) async throws {
        try await threads.runIfActive { [server] in try MailTransfer.send(message, by: server) }
    }
}
