import Foundation
import Logging
import Synchronization

/// One connection to the server and the thread that alone touches it: tasks put requests into its inbox and are resumed
/// with the outcome, so neither an event loop nor the cooperative pool ever waits for a socket.
final class Connection: Sendable {
    /// What a connection is used for.
    enum Role {
        /// Short statements of everybody, many on their way at once; connects again whenever it breaks.
        case shared
        /// One statement after another for one task at a time; ends with its session.
        case pooled
        /// Waits for notifications; connects without being asked, and again whenever it breaks.
        case listener
    }

    /// What a listener hears, on the connection's thread.
    enum Event {
        case connected
        case disconnected
        case notification(channel: String, payload: String)
    }

    /// Requests not yet taken by the thread, and the wishes of other threads.
    struct Inbox {
        var requests: [Request] = []
        /// How many the thread has taken but not sent.
        var backlogCount = 0
        var hasStarted = false
        /// Finish what was asked, then end.
        var isClosing = false
        /// End now.
        var isAborting = false
        var hasEnded = false
        var endContinuations: [CheckedContinuation<Void, Never>] = []
    }

    /// Most requests that wait to be sent; more are refused.
    static let maxWaitingRequests = 10_000

    let settings: DatabaseSettings
    let role: Role
    let logger: Logger
    let onEvent: (@Sendable (Event) -> Void)?
    let inbox = Mutex(Inbox())
    let wakeUp = WakeUp()
    /// How many sessions there have been.
    let sessions = Atomic<Int>(0)
    /// Whether some cancelled task has raised its flag.
    let hasCancellations = Atomic(false)
    /// When the statement at the head was sent, in nanoseconds since `start`; 0 when none is on its way.
    let busySinceNanoseconds = Atomic<Int64>(0)
    let start = ContinuousClock.now

    init(
        _ settings: DatabaseSettings, role: Role, logger: Logger, onEvent: (@Sendable (Event) -> Void)? = nil
    ) {
        self.settings = settings
        self.role = role
        self.logger = logger
        self.onEvent = onEvent
    }

    /// Whether the connection takes requests.
    var isUsable: Bool { inbox.withLock { !$0.hasEnded && !$0.isClosing } }

    /// For how long the statement at the head has been running, in nanoseconds.
    var busyNanoseconds: Int64 {
        let since = busySinceNanoseconds.load(ordering: .relaxed)
        return since == 0 ? 0 : (ContinuousClock.now - start).nanoseconds - since
    }

    /// Runs one request; waits at most the acquire time-out until it is sent.
    func perform(
        _ kind: Request.Kind, isCancellable: Bool = true
    ) async throws(PostgresError) -> ResultSet {
        let cancellation = Cancellation()
        let deadline = ContinuousClock.now + .milliseconds(settings.acquireTimeoutMilliseconds)
        let outcome = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                submit(
                    Request(kind, cancellation: cancellation, deadline: deadline, continuation: continuation))
            }
        } onCancel: {
            guard isCancellable else { return }
            cancellation.cancel()
            hasCancellations.store(true, ordering: .releasing)
            wakeUp.signal()
        }
        return try outcome.get()
    }

    /// Puts a request into the inbox, or refuses it.
    func submit(_ request: Request) {
        var mustWake = false
        let refusal: PostgresError? = inbox.withLock { inbox in
            if inbox.hasEnded || inbox.isClosing {
                return PostgresError(
                    role == .pooled ? .connectionLost : .unavailable, "The connection to the database is closed.")
            }
            guard inbox.requests.count + inbox.backlogCount < Self.maxWaitingRequests else {
                return PostgresError(.unavailable, "Too many statements wait for the database; try again later.")
            }
            mustWake = inbox.requests.isEmpty
            inbox.requests.append(request)
            startThread(&inbox)
            return nil
        }
        if let refusal {
            request.resume(.failure(refusal))
        } else if mustWake {
            wakeUp.signal()
        }
    }

    /// Starts the thread if it is not running: connects a listener that nobody has asked anything.
    func open() {
        inbox.withLock { startThread(&$0) }
    }

    private func startThread(_ inbox: inout Inbox) {
        guard !inbox.hasStarted else { return }
        inbox.hasStarted = true
        let thread = Thread { ConnectionLoop(self).run() }
        thread.name = "postgres"
        thread.start()
    }

    /// Ends after the requests taken so far, or at once when `isAborting`.
    func close(isAborting: Bool = false) {
        inbox.withLock { inbox in
            inbox.isClosing = true
            inbox.isAborting = inbox.isAborting || isAborting
            if !inbox.hasStarted { inbox.hasEnded = true }
        }
        wakeUp.signal()
    }

    /// Waits until the thread has ended.
    func ended() async {
        await withCheckedContinuation { continuation in
            let hasEnded = inbox.withLock { inbox in
                if !inbox.hasEnded { inbox.endContinuations.append(continuation) }
                return inbox.hasEnded
            }
            if hasEnded { continuation.resume() }
        }
    }
}
