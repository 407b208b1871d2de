package import NIOCore
package import NIOHTTP1

/// Takes connections over from HTTP (RFC 9110 §7.8), such as for WebSocket.
package protocol ConnectionUpgrade: Sendable {
    /// What becomes of a request that asks for it.
    func decide(_ request: UpgradeRequest) async -> UpgradeDecision
}

/// The request, and where it came from.
package struct UpgradeRequest: Sendable {
    package let head: HTTPRequestHead
    /// Of the connection itself: proxies are not looked through.
    package let remoteAddress: String

    package init(head: HTTPRequestHead, remoteAddress: String) {
        self.head = head
        self.remoteAddress = remoteAddress
    }

    /// Without the query.
    package var path: Substring { head.uri.prefix { $0 != "?" } }
}

/// Whether a connection is taken over.
package enum UpgradeDecision: Sendable {
    /// It is answered, and closed.
    case refused(Problem)
    case accepted(AcceptedUpgrade)
}

/// A connection that is being taken over, on its event loop.
package struct UpgradedConnection {
    package let channel: any Channel
    /// The socket, for as long as the channel is active: nothing changes bytes on their way there, and none are waiting. Nil behind TLS.
    package let descriptor: CInt?

    package init(channel: any Channel, descriptor: CInt?) {
        self.channel = channel
        self.descriptor = descriptor
    }
}

/// What happens to a connection that is taken over.
package struct AcceptedUpgrade: Sendable {
    /// Fields of the answer 101.
    package let headers: HTTPHeaders
    /// Makes what handles the connection from here on, on its event loop: bytes in and out.
    package let makeHandler: @Sendable (UpgradedConnection) -> any ChannelHandler
    /// Called instead where the connection is gone before that.
    package let abandon: @Sendable () -> Void

    package init(
        headers: HTTPHeaders, makeHandler: @escaping @Sendable (UpgradedConnection) -> any ChannelHandler,
        abandon: @escaping @Sendable () -> Void
    ) {
        self.headers = headers
        self.makeHandler = makeHandler
        self.abandon = abandon
    }
}
