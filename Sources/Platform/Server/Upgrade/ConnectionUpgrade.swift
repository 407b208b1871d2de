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

/// What happens to a connection that is taken over.
package struct AcceptedUpgrade: Sendable {
    /// Fields of the answer 101.
    package let headers: HTTPHeaders
    /// Makes what handles the connection from here on, on its event loop: bytes in and out.
    package let makeHandler: @Sendable (any Channel) -> any ChannelHandler
    /// Called instead where the connection is gone before that.
    package let abandon: @Sendable () -> Void

    package init(
        headers: HTTPHeaders, makeHandler: @escaping @Sendable (any Channel) -> any ChannelHandler,
        abandon: @escaping @Sendable () -> Void
    ) {
        self.headers = headers
        self.makeHandler = makeHandler
        self.abandon = abandon
    }
}
