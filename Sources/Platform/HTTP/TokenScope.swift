/// What a personal access token is good for. Some things none is: administration, sessions and tokens, passwords,
/// e-mail addresses.
package enum TokenScope: String, Codable, Comparable, Sendable, CaseIterable {
    /// Reading whatever its owner may see.
    case read
    /// Changing whatever its owner may change.
    case write
    /// Hearing tracks.
    case stream
    case chat
    /// An app password of clients that speak OpenSubsonic.
    case subsonic

    package static func < (left: TokenScope, right: TokenScope) -> Bool { left.rawValue < right.rawValue }
}
