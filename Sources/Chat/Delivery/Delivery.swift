import Logging
import NIOCore
import Platform
import Synchronization

/// Brings the events of conversations to the sockets of this node, each once and in the order of their numbers.
///
/// Whoever commits an event says so (``offer(_:seq:_:users:)``), here or, through the event bus, on another node. What
/// comes out of turn waits a moment for those before it, and what does not come at all is read from the database. So it
/// does not matter which notices are late or lost.
final class Delivery: Sendable {
    struct State {
        var streams: [Int: ConversationStream] = [:]
        var threads = ThreadSockets()
    }

    /// Events that may wait for earlier ones; beyond it all are read from the database.
    private static let maximumWaiting = 512
    /// Threads between people that are kept in mind.
    private static let maximumThreads = 20_000
    /// How long those before an event may take: their senders on this node are about to tell of them.
    static let patience = Duration.milliseconds(5)
    /// Events read at a time.
    private static let pageSize = 200

    let state = Mutex(State())
    let fanout: any Fanout
    let log: EventLog
    let logger: Logger

    init(fanout: any Fanout, log: EventLog, logger: Logger) {
        self.fanout = fanout
        self.log = log
        self.logger = logger
    }

    /// Takes an event that is committed and durable.
    /// - Parameters:
    ///   - event: its text, where it is at hand.
    ///   - users: whom it concerns, outside of rooms.
    func offer(_ conversation: Int, seq: Int, _ event: Outgoing? = nil, users: [Int]? = nil) {
        let delay: Duration? = state.withLock { state in
            guard let stream = Self.stream(of: conversation, seq, users, &state), seq > stream.delivered else {
                return nil
            }
            stream.newest = max(stream.newest, seq)
            if let event, stream.waiting.count < Self.maximumWaiting { stream.waiting[seq] = event }
            publishReady(stream, conversation, &state)
            guard !stream.isReading, stream.delivered != stream.newest else { return nil }
            stream.isReading = true
            // Only where earlier ones are missing they may be on their way; this one alone has to be read.
            return stream.delivered == seq - 1 ? .zero : Self.patience
        }
        if let delay { catchUp(conversation, after: delay) }
    }

    /// The stream that an event belongs to; nil where nobody here is to be told of it.
    private static func stream(
        of conversation: Int, _ seq: Int, _ users: [Int]?, _ state: inout State
    ) -> ConversationStream? {
        let known = state.streams[conversation]
        guard let users, known?.isRoom != true else { return known }
        guard let sent = state.threads.sent(conversation, to: users) else {
            // Who of them comes later begins with where it stands then.
            if known?.isReading == false { state.streams[conversation] = nil }
            return nil
        }
        return known ?? (sent < seq || sent == .max ? follow(conversation, after: min(sent, seq - 1), &state) : nil)
    }

    /// Follows a thread between people from now on.
    static func follow(_ conversation: Int, after seq: Int, _ state: inout State) -> ConversationStream {
        if state.streams.count > maximumThreads {
            state.streams = state.streams.filter { _, stream in
                stream.isRoom || stream.isReading || stream.delivered != stream.newest || !stream.holds.isEmpty
            }
        }
        let stream = ConversationStream(delivered: seq, newest: seq, isRoom: false)
        state.streams[conversation] = stream
        return stream
    }

    /// Publishes what is next in turn. Called with the lock held: that is what keeps the order.
    private func publishReady(_ stream: ConversationStream, _ conversation: Int, _ state: inout State) {
        while let next = stream.waiting.removeValue(forKey: stream.delivered + 1) {
            publish(next, stream, conversation, &state)
        }
    }

    private func publish(
        _ event: Outgoing, _ stream: ConversationStream, _ conversation: Int, _ state: inout State
    ) {
        for frame in event.frames {
            if !stream.isRoom {
                for user in frame.users { state.threads.send(frame.text, event.seq, to: user, conversation, stream) }
            } else if frame.users.isEmpty {
                fanout.publish(frame.text, to: conversation, importance: .kept)
                for id in stream.holds.keys { stream.holds[id]?.take(frame.text, event.seq) }
            } else {
                fanout.publish(frame.text, toUsers: frame.users, importance: .kept)
            }
        }
        stream.delivered = event.seq
        if !stream.holds.isEmpty, stream.isRoom { endReached(stream, conversation) }
        if let user = event.endsFor, stream.isRoom {
            stream.listeners = stream.listeners.filter { $0.value.userID != user }
            stream.holds = stream.holds.filter { $0.value.socket.caller.userID != user }
            fanout.unsubscribe(user: user, from: conversation)
        }
    }

    /// Lets those hear the room with the others who waited only for what they had from elsewhere.
    private func endReached(_ stream: ConversationStream, _ conversation: Int) {
        for (id, hold) in stream.holds where hold.isReleased && hold.floor <= stream.delivered {
            stream.holds[id] = nil
            fanout.subscribe(id, to: conversation)
        }
    }

    // MARK: Reading what is missing

    private func catchUp(_ conversation: Int, after delay: Duration) {
        // Outlives the caller: what is committed reaches its readers whoever told of it.
        Task {
            if delay > .zero { try? await Task.sleep(for: delay) }
            var pause = Duration.milliseconds(50)
            while let missing = missing(conversation) {
                do {
                    let events = try await log.events(
                        of: conversation, after: missing.after, upTo: missing.upTo, limit: Self.pageSize)
                    take(events.map(\.outgoing), conversation, missing)
                } catch {
                    logger.warning("Events cannot be read; trying again", metadata: ["error": "\(error)"])
                    try? await Task.sleep(for: pause)
                    pause = min(pause * 2, .seconds(2))
                }
            }
        }
    }

    /// Events that are committed and were not published.
    private struct Missing {
        let after: Int
        let upTo: Int
    }

    private func missing(_ conversation: Int) -> Missing? {
        state.withLock { state in
            guard let stream = state.streams[conversation] else { return nil }
            guard stream.delivered < stream.newest else {
                stream.isReading = false
                return nil
            }
            return Missing(after: stream.delivered, upTo: stream.newest)
        }
    }

    /// Publishes what was read. An event that should be there and is not has been purged.
    private func take(_ events: [Outgoing], _ conversation: Int, _ missing: Missing) {
        state.withLock { state in
            // Of another stream, which has ended since, it may not be what comes next.
            guard let stream = state.streams[conversation], missing.after <= stream.delivered else { return }
            for event in events where event.seq > stream.delivered { publish(event, stream, conversation, &state) }
            if events.count < Self.pageSize { stream.delivered = max(stream.delivered, missing.upTo) }
            let delivered = stream.delivered
            stream.waiting = stream.waiting.filter { $0.key > delivered }
            publishReady(stream, conversation, &state)
        }
    }
}
