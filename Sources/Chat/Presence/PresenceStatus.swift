/// How somebody says they are.
package enum PresenceStatus: String, Sendable, CaseIterable {
    case online, away, busy, offline
}
