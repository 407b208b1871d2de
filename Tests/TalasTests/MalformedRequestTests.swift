import Foundation
import NIOHTTP1
import TestSupport
import Testing

/// What no browser sends: the answer is a problem like every other, and the server goes on.
struct MalformedRequestTests {
    @Test func answersInOneForm() async throws {
        try await withTestDatabase { database in
            try await TestApp.run(databaseURL: database.url) { app in
                let large = String(repeating: "a", count: 70_000)
                for (request, status) in [
                    ("GARBAGE\r\n\r\n", "400"),
                    ("GET / HTTP/1.1\r\nHost: a\r\nX-Large: \(large)\r\n\r\n", "431"),
                    ("GET /\(large) HTTP/1.1\r\nHost: a\r\n\r\n", "431"),
                    ("POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: nine\r\n\r\n", "400"),
                ] {
                    let answer = try await RawConnection.exchange(with: app.url, request)
                    #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(request.prefix(40)): \(answer.prefix(200))")
                    #expect(answer.contains("\"success\":false"))
                }
                #expect(try await app.request(.GET, "/healthz").status == 200)
            }
        }
    }

    @Test func showsItsAnswerToWhoeverIsStillSending() async throws {
        try await withTestDatabase { database in
            try await TestApp.run(databaseURL: database.url) { app in
                let claim = 2 << 30
                let answer = try await RawConnection.exchange(
                    with: app.url,
                    "POST /api/v1/tracks HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=x\r\n"
                        + "Content-Length: \(claim)\r\n\r\n",
                    body: Data(count: 4 << 20))
                #expect(answer.hasPrefix("HTTP/1.1 401 "), "\(answer.prefix(200))")
                #expect(answer.contains("Connection: close"))
            }
        }
    }

    @Test func asksForTheBodyOnlyWhereItIsWanted() async throws {
        try await withTestDatabase { database in
            try await TestApp.run(databaseURL: database.url) { app in
                let account = try await app.signUp("ann")
                let head =
                    "POST /api/v1/tracks HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nConnection: close\r\n"
                    + "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 5\r\n"
                let refused = try await RawConnection.exchange(with: app.url, head + "\r\n")
                #expect(refused.hasPrefix("HTTP/1.1 401 "))
                let wanted = try await RawConnection.exchange(
                    with: app.url, head + "Authorization: Bearer \(account.accessToken)\r\n\r\n",
                    body: Data("--x--".utf8))
                #expect(wanted.hasPrefix("HTTP/1.1 100 "), "\(wanted.prefix(200))")
                #expect(wanted.contains("HTTP/1.1 400 "))
            }
        }
    }
}
