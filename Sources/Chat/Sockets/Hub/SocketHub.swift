package import NIOCore
package import NIOPosix
package import Platform
import Synchronization

/// All sockets of this node: one table an event loop, each the only one to touch its sockets.
package final class SocketHub: Fanout {
    package static let metrics = SocketMetrics.descriptions

    let policy: SocketPolicy
    let register: SocketRegister
    let metrics = SocketMetrics()
    private let loops: [SocketLoop]
    private let places: [ObjectIdentifier: Int]
    private let lastNumber = Atomic<UInt64>(0)

    /// - Parameter group: whose event loops the listeners use.
    package convenience init(
        _ policy: SocketPolicy, on group: MultiThreadedEventLoopGroup = .singleton
    ) {
        self.init(policy, loops: group.makeIterator().map { $0 })
    }

    init(_ policy: SocketPolicy, loops eventLoops: [any EventLoop]) {
        self.policy = policy
        register = SocketRegister(policy)
        // The place of a socket's loop is in its id's low byte.
        let eventLoops = eventLoops.prefix(256)
        loops = eventLoops.map { [metrics] in SocketLoop($0, policy, metrics) }
        places = Dictionary(uniqueKeysWithValues: eventLoops.enumerated().map { (ObjectIdentifier($1), $0) })
    }

    /// A socket of this channel's event loop; nil where that is none of ours.
    func makeSocket(_ admission: SocketAdmission, on eventLoop: any EventLoop) -> OpenSocket? {
        guard let place = places[ObjectIdentifier(eventLoop)] else { return nil }
        let number = lastNumber.wrappingAdd(1, ordering: .relaxed).newValue
        return OpenSocket(
            SocketID(number << 8 | UInt64(place)), admission.caller, expiresAt: admission.expiresAt, on: loops[place])
    }

    func loop(of socket: SocketID) -> SocketLoop { loops[Int(socket.value & 0xFF)] }

    /// Ends all sockets, and lets no more in.
    func close(_ code: CloseCode, reason: String) {
        register.close()
        for loop in loops { loop.post(.close(.all, code, reason)) }
    }

    // MARK: Fanout

    package func subscribe(_ socket: SocketID, to conversation: Int) {
        loop(of: socket).post(.subscribe(socket, conversation))
    }

    package func unsubscribe(_ socket: SocketID, from conversation: Int) {
        loop(of: socket).post(.unsubscribe(socket, conversation))
    }

    package func publish(_ text: ByteBuffer, to conversation: Int, importance: Importance) {
        let frame = WireFrame.encoded(.text, text)
        for loop in loops { loop.post(.publish(frame, to: conversation, importance)) }
    }

    package func publish(_ text: ByteBuffer, toUsers users: [Int], importance: Importance) {
        let connected = users.filter(register.isConnected)
        guard !connected.isEmpty else { return }
        let frame = WireFrame.encoded(.text, text)
        for loop in loops { loop.post(.publishToUsers(frame, connected, importance)) }
    }

    package func unsubscribe(user: Int, from conversation: Int) {
        for loop in loops { loop.post(.unsubscribeUser(user, conversation)) }
    }

    package func close(user: Int, code: CloseCode, reason: String) {
        for loop in loops { loop.post(.close(.user(user), code, reason)) }
    }

    package func isConnected(user: Int) -> Bool { register.isConnected(user) }
}
