package import NIOCore
package import Platform

/// Names one open socket on this node. Never used again while the node runs.
package struct SocketID: Hashable, Sendable {
    package let value: UInt64

    package init(_ value: UInt64) {
        self.value = value
    }
}

/// One WebSocket that a caller has open. Whoever holds it may write at any time, from any thread; what is written arrives in that order.
package protocol Socket: Sendable {
    var id: SocketID { get }
    /// Who opened it, as its token said.
    var caller: Caller { get }
    /// Sends one text frame to this socket alone.
    func send(_ text: ByteBuffer)
    /// Ends it with a close frame (RFC 6455 §7.4) after what was sent before.
    func close(_ code: CloseCode, reason: String)
}

/// The close codes of the protocol (contract: chat; 1000–1015 are those of RFC 6455 §7.4.1).
package enum CloseCode: UInt16, CaseIterable, Sendable {
    case normal = 1000
    case goingAway = 1001
    case protocolError = 1002
    case unsupportedData = 1003
    case invalidText = 1007
    case policyViolation = 1008
    case tooLarge = 1009
    /// The reader was too slow, or the server restarts: come again and resume.
    case tryAgainLater = 1013
    case sessionEnded = 4401
    case banned = 4403
}

/// Whether an event may be left out for a reader whose queue is filling.
package enum Importance: Sendable {
    /// Messages and all that has a place in a sequence.
    case kept
    /// Typing and presence.
    case droppable
}

/// The sockets of this node, by what they listen to. All methods return at once; events reach every socket in the order of the calls.
package protocol Fanout: Sendable {
    func subscribe(_ socket: SocketID, to conversation: Int)
    func unsubscribe(_ socket: SocketID, from conversation: Int)
    /// One text frame to every socket subscribed to a conversation. It is encoded once.
    func publish(_ text: ByteBuffer, to conversation: Int, importance: Importance)
    /// One text frame to every socket of these users.
    func publish(_ text: ByteBuffer, toUsers users: [Int], importance: Importance)
    /// Ends the subscription of every socket of a user to a conversation: left, kicked, banned.
    func unsubscribe(user: Int, from conversation: Int)
    /// Ends every socket of a user.
    func close(user: Int, code: CloseCode, reason: String)
    /// Whether a user has a socket here.
    func isConnected(user: Int) -> Bool
}

/// What is made of sockets and their frames. Called on the socket's event loop: what takes long goes elsewhere.
package protocol SocketHandler: Sendable {
    /// A socket stands, and nothing of it has been read.
    func opened(_ socket: any Socket) async
    /// A whole text message. The next one of this socket is not read before this returns.
    func received(_ text: ByteBuffer, from socket: any Socket) async
    /// A socket has ended, for whatever reason. Its subscriptions are gone already.
    func closed(_ socket: any Socket) async
}
