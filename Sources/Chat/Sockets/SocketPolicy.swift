package import Foundation
package import NIOCore

/// How many sockets there may be, how long they are waited for, and how much may wait for them.
package struct SocketPolicy: Sendable {
    /// Of this node.
    package var maximumSockets = 20_000
    /// Of one account on this node.
    package var maximumSocketsOfOneAccount = 100
    /// Conversations that one socket may listen to.
    package var maximumSubscriptions = 5_000
    /// Bytes that may wait for one client beyond what the kernel holds: then it is too slow.
    package var maximumUnsentBytes = 1 << 20
    /// With more than this waiting, what is droppable is left out.
    package var crowdedBytes = 64 << 10
    /// Bytes that a client may send ahead while its last message is being handled; then its connection is not read.
    package var maximumUnreadBytes = 128 << 10

    /// Between two pings.
    package var heartbeat = TimeAmount.seconds(30)
    /// Pings without any sign of life after which a client is taken for dead.
    package var maximumMissedPings = 2
    /// How often it is looked whether a ping is due or a token has expired.
    package var sweepInterval = TimeAmount.seconds(1)
    /// How long a client has for its side of the end.
    package var closeTimeout = TimeAmount.seconds(3)
    /// How often all sockets are held against the database, whatever events may have been lost.
    package var checkInterval = Duration.seconds(15)
    /// The same while no events are heard, or after a check that failed.
    package var urgentCheckInterval = Duration.milliseconds(500)
    package var now: @Sendable () -> Date = { Date() }

    /// The defaults.
    package init() {}
}
