import NIOCore

/// Tells when nothing was heard of a connection for too long. Only its beginning costs a task of the event loop, and then
/// one each time-out; noting that something was heard costs nothing.
struct SilenceTimer {
    private final class State {
        var lastHeard = NIODeadline.now()
        var task: Scheduled<Void>?
        var isStopped = false
    }

    private let timeout: TimeAmount
    private let state = State()

    init(timeout: TimeAmount) { self.timeout = timeout }

    func heard(at time: NIODeadline) { state.lastHeard = time }

    /// Calls back on the event loop at the end of each time-out in which nothing was heard.
    /// - Parameter onSilence: whether to go on.
    func start(on eventLoop: any EventLoop, onSilence: @escaping @Sendable () -> Bool) {
        state.lastHeard = eventLoop.now
        Self.schedule(NIOLoopBound(state, eventLoop: eventLoop), timeout, on: eventLoop, onSilence)
    }

    func stop() {
        state.isStopped = true
        state.task?.cancel()
        state.task = nil
    }

    private static func schedule(
        _ state: NIOLoopBound<State>, _ timeout: TimeAmount, on eventLoop: any EventLoop,
        _ onSilence: @escaping @Sendable () -> Bool
    ) {
        state.value.task = eventLoop.scheduleTask(deadline: state.value.lastHeard + timeout) {
            guard !state.value.isStopped else { return }
            if eventLoop.now >= state.value.lastHeard + timeout {
                guard onSilence() else { return }
                state.value.lastHeard = eventLoop.now
            }
            schedule(state, timeout, on: eventLoop, onSilence)
        }
    }
}
