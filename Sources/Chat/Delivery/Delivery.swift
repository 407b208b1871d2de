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
    /// Where the sockets of this node stand in one conversation. Guarded by the lock of ``Delivery``.
    private final class Stream {
        /// All up to this one were published; nil until it is known where to begin.
        var delivered: Int?
        /// The newest one that is known to be committed.
        var newest: Int
        /// What is ready to be published, by its number.
        var waiting: [Int: Outgoing] = [:]
        /// Sockets in a room and whose they are.
        var listeners: [SocketID: Int] = [:]
        /// Sockets that are being sent what they missed, and what came meanwhile.
        var catchingUp: [SocketID: CatchingUp] = [:]
        let isRoom: Bool
        var isReading = false

        init(delivered: Int?, newest: Int, isRoom: Bool) {
            self.delivered = delivered
            self.newest = newest
            self.isRoom = isRoom
        }
    }

    private struct CatchingUp {
        let socket: any Socket
        var frames: [ByteBuffer] = []
    }

    /// Events that may come while a socket is sent what it missed.
    private static let maximumMeanwhile = 2_000
    /// Events that may wait for earlier ones; beyond it all are read from the database.
    private static let maximumWaiting = 512
    /// Threads between people that are kept in mind.
    private static let maximumDirectStreams = 20_000
    /// How long those before an event may take: their senders on this node are about to tell of them.
    private static let patience = Duration.milliseconds(5)
    /// Events read at a time.
    private static let pageSize = 200
    /// Where a thread is not followed yet, what is older than this was told before.
    private static let lookBackSeconds = 10

    private let streams = Mutex<[Int: Stream]>([:])
    private let fanout: any Fanout
    private let log: EventLog
    private let logger: Logger

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
        let delay: Duration? = streams.withLock { streams in
            guard let stream = streams[conversation] ?? Self.follow(conversation, users, fanout, &streams) else {
                return nil
            }
            guard seq > stream.delivered ?? 0 else { return nil }
            stream.newest = max(stream.newest, seq)
            if let event, stream.waiting.count < Self.maximumWaiting { stream.waiting[seq] = event }
            publishReady(stream, conversation)
            guard !stream.isReading, stream.delivered != stream.newest else { return nil }
            stream.isReading = true
            // Only where earlier ones are missing they may be on their way; this one alone has to be read.
            return stream.delivered == seq - 1 || stream.delivered == nil ? .zero : Self.patience
        }
        if let delay { catchUp(conversation, after: delay) }
    }

    /// Follows a thread between people from now on, if one of them is here.
    private static func follow(
        _ conversation: Int, _ users: [Int]?, _ fanout: any Fanout, _ streams: inout [Int: Stream]
    ) -> Stream? {
        guard let users, users.contains(where: fanout.isConnected(user:)) else { return nil }
        if streams.count > maximumDirectStreams {
            streams = streams.filter { $0.value.isRoom || $0.value.isReading || $0.value.delivered != $0.value.newest }
        }
        let stream = Stream(delivered: nil, newest: 0, isRoom: false)
        streams[conversation] = stream
        return stream
    }

    /// Publishes what is next in turn. Called with the lock held: that is what keeps the order.
    private func publishReady(_ stream: Stream, _ conversation: Int) {
        while let delivered = stream.delivered, let next = stream.waiting.removeValue(forKey: delivered + 1) {
            publish(next, stream, conversation)
            stream.delivered = delivered + 1
        }
    }

    private func publish(_ event: Outgoing, _ stream: Stream, _ conversation: Int) {
        for frame in event.frames {
            if frame.users.isEmpty, event.isRoom {
                fanout.publish(frame.text, to: conversation, importance: .kept)
                for (socket, entry) in stream.catchingUp where entry.frames.count <= Self.maximumMeanwhile {
                    stream.catchingUp[socket]?.frames.append(frame.text)
                }
            } else {
                fanout.publish(frame.text, toUsers: frame.users, importance: .kept)
            }
        }
        if let user = event.endsFor, event.isRoom {
            stream.listeners = stream.listeners.filter { $0.value != user }
            stream.catchingUp = stream.catchingUp.filter { $0.value.socket.caller.userID != user }
            fanout.unsubscribe(user: user, from: conversation)
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
                        of: conversation, after: missing.after ?? 0, upTo: missing.upTo,
                        secondsBack: missing.after == nil ? Self.lookBackSeconds : nil, limit: Self.pageSize)
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
        /// Nil where it is not known what was published.
        let after: Int?
        let upTo: Int
    }

    private func missing(_ conversation: Int) -> Missing? {
        streams.withLock { streams in
            guard let stream = streams[conversation] else { return nil }
            if let delivered = stream.delivered, delivered >= stream.newest {
                stream.isReading = false
                return nil
            }
            return Missing(after: stream.delivered, upTo: stream.newest)
        }
    }

    /// Publishes what was read. An event that should be there and is not has been purged.
    private func take(_ events: [Outgoing], _ conversation: Int, _ missing: Missing) {
        streams.withLock { streams in
            guard let stream = streams[conversation] else { return }
            if missing.after == nil { stream.delivered = (events.first?.seq ?? missing.upTo) - 1 }
            for event in events where event.seq > stream.delivered ?? 0 {
                publish(event, stream, conversation)
                stream.delivered = event.seq
            }
            if events.count < Self.pageSize, missing.after != nil {
                stream.delivered = max(stream.delivered ?? 0, missing.upTo)
            }
            let delivered = stream.delivered ?? 0
            stream.waiting = stream.waiting.filter { $0.key > delivered }
            publishReady(stream, conversation)
        }
    }
}

// MARK: Subscriptions

extension Delivery {
    /// Has a room's events from now on go to a socket, which is sent `greeting` first: it is told the number after which
    /// they begin. To be followed by ``confirm(_:seq:)``.
    ///
    /// - Parameters:
    ///   - seq: the newest number that the caller knows of.
    /// - Returns: where the socket begins.
    func subscribe(
        _ socket: any Socket, to conversation: Int, seq: Int, greeting: (Int) -> ByteBuffer
    ) -> Int {
        streams.withLock { streams in
            let stream = Self.room(conversation, seq, &streams)
            let start = stream.delivered ?? seq
            stream.listeners[socket.id] = socket.caller.userID
            socket.send(greeting(start))
            fanout.subscribe(socket.id, to: conversation)
            return start
        }
    }

    /// Keeps a room's events for a socket until ``finishCatchingUp(_:in:_:)``: it is being sent what it missed.
    /// - Returns: the number up to which it has to be sent the events.
    func beginCatchingUp(_ socket: any Socket, in conversation: Int, seq: Int) -> Int {
        streams.withLock { streams in
            let stream = Self.room(conversation, seq, &streams)
            stream.listeners[socket.id] = socket.caller.userID
            stream.catchingUp[socket.id] = CatchingUp(socket: socket)
            return stream.delivered ?? seq
        }
    }

    /// Sends a socket `text` and what came meanwhile, and has it hear the room from there. Gives false, and does not, where
    /// too much came, or where it may not hear the room any more.
    func finishCatchingUp(_ socket: any Socket, in conversation: Int, _ text: ByteBuffer) -> Bool {
        streams.withLock { streams in
            guard let entry = streams[conversation]?.catchingUp.removeValue(forKey: socket.id) else { return false }
            guard entry.frames.count <= Self.maximumMeanwhile else {
                Self.remove(socket.id, conversation, &streams)
                return false
            }
            socket.send(text)
            for frame in entry.frames { socket.send(frame) }
            fanout.subscribe(socket.id, to: conversation)
            return true
        }
    }

    private static func room(_ conversation: Int, _ seq: Int, _ streams: inout [Int: Stream]) -> Stream {
        if let stream = streams[conversation] { return stream }
        let stream = Stream(delivered: seq, newest: seq, isRoom: true)
        streams[conversation] = stream
        return stream
    }

    /// What was committed between reading a room's number and following it was not told to this node: takes the number
    /// that the database has after it.
    func confirm(_ conversation: Int, seq: Int) { offer(conversation, seq: seq) }

    /// The number of the last event that was published here; nil for a conversation that is not followed.
    func position(in conversation: Int) -> Int? { streams.withLock { $0[conversation]?.delivered } }

    /// Sockets of this node that hear a room.
    func listenerCount(in conversation: Int) -> Int { streams.withLock { $0[conversation]?.listeners.count ?? 0 } }

    /// Waits, for two seconds at most, until what is committed up to a number has been published here.
    func reach(_ seq: Int, in conversation: Int) async {
        offer(conversation, seq: seq)
        for _ in 0..<400 {
            guard let position = position(in: conversation), position < seq else { return }
            try? await Task.sleep(for: Self.patience)
        }
    }

    /// Whether a socket hears a room's events.
    func isSubscribed(_ socket: SocketID, to conversation: Int) -> Bool {
        streams.withLock { $0[conversation]?.listeners[socket] != nil }
    }

    func unsubscribe(_ socket: SocketID, from conversation: Int) {
        streams.withLock { streams in
            fanout.unsubscribe(socket, from: conversation)
            Self.remove(socket, conversation, &streams)
        }
    }

    /// Forgets a socket that has ended.
    func forget(_ socket: SocketID, in conversations: some Sequence<Int>) {
        streams.withLock { streams in
            for conversation in conversations { Self.remove(socket, conversation, &streams) }
        }
    }

    private static func remove(_ socket: SocketID, _ conversation: Int, _ streams: inout [Int: Stream]) {
        guard let stream = streams[conversation], stream.isRoom else { return }
        stream.listeners[socket] = nil
        stream.catchingUp[socket] = nil
        if stream.listeners.isEmpty { streams[conversation] = nil }
    }

    /// Tells all who hear a room something that has no number, and ends it: the room is gone.
    func close(_ conversation: Int, with text: ByteBuffer) {
        streams.withLock { streams in
            guard let stream = streams.removeValue(forKey: conversation) else { return }
            fanout.publish(text, to: conversation, importance: .kept)
            for socket in stream.listeners.keys { fanout.unsubscribe(socket, from: conversation) }
        }
    }

    /// Tells all who hear a room something that has no number.
    func publish(_ text: ByteBuffer, to conversation: Int, importance: Importance) {
        fanout.publish(text, to: conversation, importance: importance)
    }

    /// Reads where all conversations stand: notices may have been lost.
    func resynchronise() {
        let followed = streams.withLock { Array($0.keys) }
        // The event bus calls this and waits for nothing.
        Task {
            do {
                for (conversation, seq) in try await log.lastSequences(of: followed) { offer(conversation, seq: seq) }
            } catch {
                logger.warning("Conversations cannot be looked through", metadata: ["error": "\(error)"])
            }
        }
    }
}
