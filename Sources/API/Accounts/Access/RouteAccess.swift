import HTTPTypes
import Platform

/// What a route asks of a caller beyond being one, told from its method and pattern (`/api/v1/tracks/{id}`): new routes
/// are covered by the rule for their kind without being named here.
enum RouteAccess {
    private static let base = "/api/v1/"
    /// What has to do with signing in, and with addresses and passwords, is for people who signed in.
    private static let personal: Set<Substring> = ["users/password", "users/email", "users/me/deletion"]
    /// The last parts of routes of a track that give its sound.
    private static let sound: Set<Substring> = ["stream", "hls"]

    /// Scopes of personal access tokens any of which opens the route; none where only a session does.
    static func scopes(_ method: HTTPRequest.Method, _ route: String) -> Set<TokenScope> {
        guard route.hasPrefix(base) else { return scopesAtRoot(method, route) }
        let path = route.dropFirst(base.count)
        let parts = path.split(separator: "/")
        switch parts.first {
        case "admin", "auth", "invitations": return []
        case "chat": return [.chat]
        case "events": return [.read]
        default: break
        }
        if personal.contains(path) || (path == "users/me" && method == .delete) { return [] }
        let isOfTrack = parts.first == "tracks" && parts.count > 2
        // Players tell what they played.
        guard isReading(method) else { return isOfTrack && parts[2] == "plays" ? [.write, .stream] : [.write] }
        guard isOfTrack else { return [.read] }
        if sound.contains(parts[2]) { return [.stream] }
        return parts[2] == "cover" ? [.stream, .read] : [.read]
    }

    /// Whether a suspended account may use the route: it reads, and it may end what it signed in to, change its password
    /// and leave. The rest of what asks for more than reading is a write.
    static func isOpenToSuspended(_ method: HTTPRequest.Method, _ route: String) -> Bool {
        if isReading(method) || method == .options { return true }
        guard route.hasPrefix(base) else { return false }
        let path = route.dropFirst(base.count)
        switch (path, method) {
        case ("events/ticket", _), ("users/password", .put), ("users/me", .delete): return true
        default: return path.hasPrefix("auth/") && path != "auth/tokens"
        }
    }

    private static func scopesAtRoot(_ method: HTTPRequest.Method, _ route: String) -> Set<TokenScope> {
        let parts = route.split(separator: "/")
        switch (parts.first, parts.dropFirst().first) {
        case ("uploads", "tus"): return [.write]
        case ("uploads", "tracks"): return [.stream]
        case ("uploads", "files"): return [.read]
        case ("uploads", _): return [.stream, .read]
        case ("rest", _): return [.subsonic]
        case ("ws", _): return [.chat]
        // The rest is everybody's.
        default: return isReading(method) ? Set(TokenScope.allCases) : [.write]
        }
    }

    private static func isReading(_ method: HTTPRequest.Method) -> Bool { method == .get || method == .head }
}
