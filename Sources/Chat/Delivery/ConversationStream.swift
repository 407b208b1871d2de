import NIOCore

/// Where the sockets of this node stand in one conversation. Guarded by the lock of ``Delivery``.
final class ConversationStream {
    /// All up to this one were published.
    var delivered: Int
    /// The newest one that is known to be committed.
    var newest: Int
    /// What is ready to be published, by its number.
    var waiting: [Int: Outgoing] = [:]
    /// Sockets in a room.
    var listeners: [SocketID: Listener] = [:]
    /// Sockets whose events wait while they are sent what they missed.
    var holds: [SocketID: Hold] = [:]
    let isRoom: Bool
    var isReading = false

    init(delivered: Int, newest: Int, isRoom: Bool) {
        self.delivered = delivered
        self.newest = newest
        self.isRoom = isRoom
    }

    /// One socket that hears a room.
    struct Listener {
        let userID: Int
        /// What comes by itself begins behind this one; what is before it is resumed.
        var start: Int
    }

    /// Events that wait for one socket.
    struct Hold {
        /// More than this is too much.
        static let maximumFrames = 2_000

        let socket: any Socket
        /// The socket has all up to this one, but what it missed before it came.
        let position: Int
        /// The client has all up to this one from elsewhere: it is not sent again.
        let floor: Int
        /// The socket heard the conversation before.
        let wasHearing: Bool
        var frames: [ByteBuffer] = []
        /// It waits only until the floor is reached.
        var isReleased = false

        var isTooMuch: Bool { frames.count > Self.maximumFrames }

        mutating func take(_ frame: ByteBuffer, _ seq: Int) {
            guard seq > floor else { return }
            if isReleased { socket.send(frame) } else if !isTooMuch { frames.append(frame) }
        }
    }
}
