import NIOCore
import Platform
import Synchronization

/// A conversation as a socket comes to hear it.
struct Heard: Sendable {
    let conversation: Int
    /// The members of a thread or a group; nil for a room.
    let members: [Int]?
    /// The newest number that is known to be durable.
    let lastSeq: Int

    var isRoom: Bool { members == nil }
}

extension Delivery {
    // MARK: Coming and going

    /// Has a socket hear its threads and groups from here on. Where that cannot be found out it throws, and the socket
    /// hears nothing.
    func open(_ socket: any Socket) async throws {
        state.withLock { $0.threads.add(socket) }
        let threads = try await log.threads(of: [socket.caller.userID])
        state.withLock { $0.threads.begin(socket, threads) }
    }

    /// Forgets a socket that has ended.
    func close(_ socket: any Socket, rooms: some Sequence<Int>) {
        state.withLock { state in
            state.threads.remove(socket)
            for room in rooms { Self.remove(socket.id, room, &state) }
        }
    }

    func unsubscribe(_ socket: SocketID, from room: Int) {
        state.withLock { state in
            fanout.unsubscribe(socket, from: room)
            Self.remove(socket, room, &state)
        }
    }

    private static func remove(_ socket: SocketID, _ room: Int, _ state: inout State) {
        guard let stream = state.streams[room], stream.isRoom else { return }
        stream.listeners[socket] = nil
        stream.holds[socket] = nil
        if stream.listeners.isEmpty { state.streams[room] = nil }
    }

    // MARK: Hearing from a certain event on

    /// Keeps the events of a conversation for a socket until ``release(_:_:after:_:greeting:)``, ``startAnew(_:_:greeting:)`` or
    /// ``abandon(_:_:)``: it is being sent what it missed.
    ///
    /// - Parameter floor: what the client has from elsewhere; no more than is there.
    /// - Returns: the number up to which it has to be sent what it missed; what is behind that comes by itself, or did.
    func hold(_ socket: any Socket, _ heard: Heard, floor: Int) -> Int {
        state.withLock { state in
            guard heard.isRoom else { return holdThread(socket, heard, floor, &state) }
            let stream = state.streams[heard.conversation] ?? room(heard, &state)
            let known = stream.listeners[socket.id]
            if known != nil { fanout.unsubscribe(socket.id, from: heard.conversation) }
            let listener = known ?? .init(userID: socket.caller.userID, start: stream.delivered)
            stream.listeners[socket.id] = listener
            stream.holds[socket.id] = .init(
                socket: socket, position: stream.delivered, floor: max(floor, stream.holds[socket.id]?.floor ?? 0),
                wasHearing: known != nil)
            return listener.start
        }
    }

    private func room(_ heard: Heard, _ state: inout State) -> ConversationStream {
        let stream = ConversationStream(delivered: heard.lastSeq, newest: heard.lastSeq, isRoom: true)
        state.streams[heard.conversation] = stream
        return stream
    }

    private func holdThread(_ socket: any Socket, _ heard: Heard, _ floor: Int, _ state: inout State) -> Int {
        let part = state.threads.part(socket, heard.conversation)
        let sent = state.threads.sent(heard.conversation, to: heard.members ?? []) ?? part.sent
        let stream =
            state.streams[heard.conversation]
            ?? Self.follow(heard.conversation, after: min(sent, part.sent), &state)
        stream.holds[socket.id] = .init(socket: socket, position: part.sent, floor: floor, wasHearing: true)
        state.threads.set(
            .init(start: part.start, sent: max(part.sent, floor)), of: socket, heard.conversation)
        return part.start
    }

    /// Sends a socket what it missed, `greeting` with the number up to which it has all now, and what came meanwhile; it hears
    /// the conversation from there. Gives false, and sends nothing, where too much came, or where it may not hear it any more.
    ///
    /// - Parameters:
    ///   - seq: what it missed begins behind this one; nil where it did not ask for it.
    ///   - missed: that, in order.
    func release(
        _ socket: any Socket, _ heard: Heard, after seq: Int?, _ missed: [ByteBuffer], greeting: (Int) -> ByteBuffer
    ) -> Bool {
        state.withLock { state in
            guard let stream = state.streams[heard.conversation], var hold = stream.holds[socket.id], !hold.isTooMuch
            else { return false }
            for frame in missed { socket.send(frame) }
            socket.send(greeting(max(hold.position, seq ?? 0)))
            for frame in hold.frames { socket.send(frame) }
            (hold.frames, hold.isReleased) = ([], true)
            lower(socket, heard, stream, to: seq, &state)
            stream.holds[socket.id] = hold
            end(hold, socket, heard, stream)
            return true
        }
    }

    /// Notes that a socket was sent what it missed as well: it is not sent that again.
    private func lower(
        _ socket: any Socket, _ heard: Heard, _ stream: ConversationStream, to seq: Int?, _ state: inout State
    ) {
        guard let seq else { return }
        if let listener = stream.listeners[socket.id] {
            stream.listeners[socket.id]?.start = min(listener.start, seq)
        } else {
            let part = state.threads.part(socket, heard.conversation)
            state.threads.set(.init(start: min(part.start, seq), sent: part.sent), of: socket, heard.conversation)
        }
    }

    /// Ends a hold, or leaves it until its floor is reached.
    private func end(
        _ hold: ConversationStream.Hold, _ socket: any Socket, _ heard: Heard, _ stream: ConversationStream
    ) {
        guard !heard.isRoom || hold.floor <= stream.delivered else { return }
        stream.holds[socket.id] = nil
        if heard.isRoom { fanout.subscribe(socket.id, to: heard.conversation) }
    }

    /// Has a socket hear a conversation from here on, told by `greeting` behind which number: what is before it has to be read
    /// from the history. Gives false where it may not hear it any more.
    func startAnew(_ socket: any Socket, _ heard: Heard, greeting: (Int) -> ByteBuffer) -> Bool {
        state.withLock { state in
            guard let stream = state.streams[heard.conversation], stream.holds.removeValue(forKey: socket.id) != nil
            else { return false }
            var start = stream.delivered
            if heard.isRoom {
                stream.listeners[socket.id]?.start = start
            } else {
                // What the client says to have is not of this log.
                start = max(start, heard.lastSeq)
                state.threads.set(.init(start: start, sent: start), of: socket, heard.conversation)
            }
            socket.send(greeting(start))
            if heard.isRoom { fanout.subscribe(socket.id, to: heard.conversation) }
            return true
        }
    }

    /// Ends a hold without what was missed: a socket that heard the conversation before goes on.
    func abandon(_ socket: any Socket, _ heard: Heard) {
        state.withLock { state in
            guard let stream = state.streams[heard.conversation], let hold = stream.holds.removeValue(forKey: socket.id)
            else { return }
            guard hold.wasHearing else { return Self.remove(socket.id, heard.conversation, &state) }
            if hold.isTooMuch {
                socket.close(.tryAgainLater, reason: "Too much came meanwhile: come again and resume.")
            }
            for frame in hold.frames { socket.send(frame) }
            if heard.isRoom { fanout.subscribe(socket.id, to: heard.conversation) }
        }
    }
}
