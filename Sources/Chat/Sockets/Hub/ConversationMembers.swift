/// The sockets of one event loop that listen to one conversation. Each knows its place here, so that leaving costs nothing.
final class ConversationMembers {
    let conversation: Int
    private(set) var connections: [SocketConnection] = []

    init(_ conversation: Int) { self.conversation = conversation }

    func add(_ connection: SocketConnection) {
        connection.places[conversation] = connections.count
        connections.append(connection)
    }

    /// Gives whether it was there.
    func remove(_ connection: SocketConnection) -> Bool {
        guard let place = connection.places.removeValue(forKey: conversation) else { return false }
        let last = connections.removeLast()
        if last !== connection {
            connections[place] = last
            last.places[conversation] = place
        }
        return true
    }
}
