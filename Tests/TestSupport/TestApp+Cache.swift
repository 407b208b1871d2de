import Foundation
import NIOHTTP1
import Postgres

/// The segment cache as administrators see it.
package struct CacheFigures: Sendable {
    package let memorySegments, diskSegments: Int
    package let hits, misses: Int
    package let running, waiting: Int
}

extension TestApp {
    /// Registers an account and makes it an administrator; gives its access token.
    package func administrator(_ username: String, in database: TestDatabase) async throws -> String {
        let account = try await signUp(username)
        let client = Database(database.settings, logger: quietLogger)
        do {
            _ = try await client.execute("UPDATE users SET role = 'admin' WHERE id = $1", Int64(account.id))
        } catch {
            await client.close()
            throw error
        }
        await client.close()
        let login = try await api(.POST, "/auth/login", ["email": account.email, "password": account.password])
        guard let token = (login.data as? [String: Any])?["access_token"] as? String else {
            throw TestFailure("login answered \(login)")
        }
        return token
    }

    /// What the cache holds and has done since the start of the server.
    package func cache(_ token: String) async throws -> CacheFigures {
        let answer = try await api(.GET, "/admin/media/cache", token: token)
        guard answer.status == 200, let data = answer.data as? [String: Any] else {
            throw TestFailure("the cache answered \(answer)")
        }
        func number(_ name: String, in tier: String? = nil) -> Int {
            let members = tier.map { data[$0] as? [String: Any] ?? [:] } ?? data
            return members[name] as? Int ?? -1
        }
        return CacheFigures(
            memorySegments: number("segments", in: "memory"), diskSegments: number("segments", in: "disk"),
            hits: number("hits"), misses: number("misses"), running: number("encodes_running"),
            waiting: number("encodes_waiting"))
    }

    /// Throws the cache away.
    package func purgeCache(_ token: String) async throws {
        let answer = try await api(.DELETE, "/admin/media/cache", token: token)
        guard answer.status == 200 else { throw TestFailure("the purge answered \(answer)") }
    }

    /// The value of a metric that has no labels; 0 where it does not show yet.
    package func metric(_ name: String) async throws -> Int {
        let text = String(decoding: try await request(.GET, "/metrics").body, as: UTF8.self)
        let line = text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
        return line.flatMap { Double($0.dropFirst(name.count + 1)) }.map { Int($0) } ?? 0
    }

    /// Asks on a connection of its own, however many others are open; nothing is tried again.
    package func ask(_ path: String, bytes: Range<Int>? = nil, token: String) async throws -> RawStream.Answer {
        let range = bytes.map { "Range: bytes=\($0.lowerBound)-\($0.upperBound - 1)\r\n" } ?? ""
        let head =
            "GET \(path) HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(token)\r\n\(range)Connection: close\r\n\r\n"
        return try await RawStream.run(url) { stream in
            try await stream.send(head.utf8)
            return try await stream.answer()
        }
    }
}
