import Logging
import NIOCore
import Synchronization

extension Delivery {
    /// Conversations, and users, that are asked after at a time.
    private static let conversationsPerQuery = 2_000
    private static let usersPerQuery = 500

    /// The number of the last event that was published here; nil for a conversation that is not followed.
    func position(in conversation: Int) -> Int? { state.withLock { $0.streams[conversation]?.delivered } }

    /// Sockets of this node that hear a room.
    func listenerCount(in room: Int) -> Int { state.withLock { $0.streams[room]?.listeners.count ?? 0 } }

    /// Whether a socket hears a room's events.
    func isSubscribed(_ socket: SocketID, to room: Int) -> Bool {
        state.withLock { $0.streams[room]?.listeners[socket] != nil }
    }

    /// Waits, for two seconds at most, until what is committed up to a number has been published here.
    func reach(_ seq: Int, in conversation: Int) async {
        offer(conversation, seq: seq)
        for _ in 0..<400 {
            guard let position = position(in: conversation), position < seq else { return }
            try? await Task.sleep(for: Self.patience)
        }
    }

    /// Tells all who hear a room something that has no number, and ends it: the room is gone.
    func close(_ room: Int, with text: ByteBuffer) {
        state.withLock { state in
            guard let stream = state.streams.removeValue(forKey: room) else { return }
            fanout.publish(text, to: room, importance: .kept)
            for socket in stream.listeners.keys { fanout.unsubscribe(socket, from: room) }
        }
    }

    /// Tells all who hear a room something that has no number.
    func publish(_ text: ByteBuffer, to room: Int, importance: Importance) {
        fanout.publish(text, to: room, importance: importance)
    }

    /// Reads where the conversations stand that are heard here: notices may have been lost.
    func look() async {
        let (rooms, users) = state.withLock { state in
            (state.streams.filter(\.value.isRoom).map(\.key), state.threads.connectedUsers)
        }
        do {
            for part in rooms.slices(of: Self.conversationsPerQuery) {
                for (room, seq) in try await log.lastSequences(of: Array(part)) { offer(room, seq: seq) }
            }
            for part in users.slices(of: Self.usersPerQuery) {
                let threads = Dictionary(grouping: try await log.threads(of: Array(part)), by: \.conversation)
                for (conversation, members) in threads {
                    offer(conversation, seq: members.map(\.lastSeq).max() ?? 0, users: members.map(\.member))
                }
            }
        } catch {
            logger.debug("Conversations cannot be looked through", metadata: ["error": "\(error)"])
        }
    }
}

extension Array {
    fileprivate func slices(of size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
    }
}
