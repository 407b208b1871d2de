import HTTPTypes
import Platform
import Testing

@testable import API

struct RouteAccessTests {
    @Test(
        arguments: [
            ("GET", "/api/v1/admin/users", []), ("POST", "/api/v1/auth/logout", []), ("GET", "/api/v1/auth/tokens", []),
            ("GET", "/api/v1/auth/me", []), ("PUT", "/api/v1/users/password", []), ("PUT", "/api/v1/users/email", []),
            ("DELETE", "/api/v1/users/me", []), ("POST", "/api/v1/invitations", []),
            ("GET", "/api/v1/users/me", [.read]), ("PUT", "/api/v1/users/me", [.write]),
            ("GET", "/api/v1/tracks", [.read]), ("GET", "/api/v1/tracks/{id}", [.read]),
            ("POST", "/api/v1/tracks", [.write]), ("DELETE", "/api/v1/tracks/{id}", [.write]),
            ("GET", "/api/v1/tracks/{id}/stream", [.stream]),
            ("HEAD", "/api/v1/tracks/{id}/hls/{rendition}/{file}", [.stream]),
            ("GET", "/api/v1/tracks/{id}/cover", [.stream, .read]), ("PUT", "/api/v1/tracks/{id}/cover", [.write]),
            ("GET", "/uploads/tracks/{file}", [.stream]), ("GET", "/uploads/waveforms/{file}", [.stream, .read]),
            ("PATCH", "/uploads/tus/{upload}", [.write]), ("HEAD", "/uploads/tus/{upload}", [.write]),
            ("POST", "/api/v1/chat/rooms", [.chat]), ("GET", "/rest/ping", [.subsonic]),
            ("POST", "/api/v1/tracks/{id}/plays", [.write, .stream]),
            ("POST", "/api/v1/events/ticket", [.read]), ("POST", "/api/v1/something/new", [.write]),
        ] as [(String, String, Set<TokenScope>)])
    func asksForScopes(method: String, route: String, expected: Set<TokenScope>) throws {
        #expect(RouteAccess.scopes(try #require(HTTPRequest.Method(rawValue: method)), route) == expected)
    }

    @Test(arguments: [
        ("GET", "/api/v1/tracks", true), ("HEAD", "/uploads/tracks/{file}", true), ("OPTIONS", "/uploads/tus", true),
        ("POST", "/api/v1/tracks", false), ("PUT", "/api/v1/users/me", false),
        ("PATCH", "/uploads/tus/{upload}", false),
        ("POST", "/api/v1/auth/tokens", false), ("POST", "/api/v1/auth/logout", true),
        ("DELETE", "/api/v1/auth/sessions/{id}", true), ("DELETE", "/api/v1/auth/tokens/{id}", true),
        ("POST", "/api/v1/events/ticket", true), ("POST", "/api/v1/notifications/read", false),
        ("DELETE", "/api/v1/users/me", true), ("PUT", "/api/v1/users/password", true),
        ("PUT", "/api/v1/users/email", false), ("POST", "/api/v1/something/new", false),
    ])
    func tellsWhatASuspendedAccountMayDo(method: String, route: String, expected: Bool) throws {
        #expect(
            RouteAccess.isOpenToSuspended(try #require(HTTPRequest.Method(rawValue: method)), route) == expected)
    }
}
