import AsyncHTTPClient
package import Foundation
import NIOCore
import NIOFoundationCompat
package import NIOHTTP1
import Synchronization

/// A running `talas serve`: the real program on a free port, with a database and folders of its own.
package final class TestApp: Sendable {
    /// `http://127.0.0.1:PORT`.
    package let url: String
    /// `ws://127.0.0.1:PORT` of the listener of WebSockets.
    package var socketURL: String { process.socketURL }
    /// Where the program keeps its files.
    package let directory: TemporaryDirectory
    package let process: ServerProcess

    private init(url: String, directory: TemporaryDirectory, process: ServerProcess) {
        self.url = url
        self.directory = directory
        self.process = process
    }

    /// Starts the program, runs `body`, ends it with SIGTERM and removes its files.
    ///
    /// - Parameters:
    ///   - databaseURL: the database to use; a private cluster under the data directory where nil.
    ///   - environment: further variables.
    ///   - arguments: further arguments of `talas serve`.
    package static func run<Value>(
        databaseURL: String?, environment: [String: String] = [:], arguments: [String] = [],
        _ body: (TestApp) async throws -> Value
    ) async throws -> Value {
        let directory = try TemporaryDirectory()
        let app = try await start(
            databaseURL: databaseURL, environment: environment, arguments: arguments, in: directory)
        do {
            let value = try await body(app)
            await app.process.end()
            return value
        } catch {
            await app.process.end()
            throw error
        }
    }

    /// Starts the program in a folder that may hold what an earlier one left.
    package static func start(
        databaseURL: String?, environment: [String: String] = [:], arguments: [String] = [],
        in directory: TemporaryDirectory
    ) async throws -> TestApp {
        var variables: [String: String] = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOST": "127.0.0.1", "PORT": "0",
            "DATA_DIR": directory.path + "/data", "UPLOAD_PATH": directory.path + "/uploads", "LOG_LEVEL": "warning",
            "MEDIA_WORKERS": "2", "WS_BIND_ADDR": "127.0.0.1:0",
            "INTERNAL_DOCS_PATH": directory.path + "/internal_docs",
        ]
        variables["DATABASE_URL"] = databaseURL
        variables.merge(environment) { _, new in new }
        let process = try ServerProcess(arguments: ["serve"] + arguments, environment: variables)
        let url = try await process.readyURL()
        return TestApp(url: url, directory: directory, process: process)
    }

    /// Sends a request and collects the answer.
    package func request(
        _ method: HTTPMethod = .GET, _ path: String, headers: HTTPHeaders = [:], body: Data? = nil,
        token: String? = nil
    ) async throws -> TestResponse {
        var request = HTTPClientRequest(url: path.hasPrefix("http") ? path : url + path)
        request.method = method
        request.headers = headers
        if let token { request.headers.replaceOrAdd(name: "Authorization", value: "Bearer \(token)") }
        if let body { request.body = .bytes(body) }
        let (whole, process) = (request, process)
        return try await bounded("\(method) \(path)", state: { process.standardError }) {
            let response = try await Self.execute(whole)
            let bytes = try await response.body.collect(upTo: 256 << 20)
            return TestResponse(status: Int(response.status.code), headers: response.headers, body: Data(buffer: bytes))
        }
    }

    /// A kept connection may just have been closed by its other end: then what may be asked twice is (RFC 9110, 9.2.2).
    private static func execute(_ request: HTTPClientRequest) async throws -> HTTPClientResponse {
        do {
            return try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        } catch ChannelError.ioOnClosedChannel where request.method == .GET || request.method == .HEAD {
            return try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        }
    }

    /// Sends JSON below `/api/v1`.
    package func api(
        _ method: HTTPMethod = .GET, _ path: String, _ json: [String: any Sendable]? = nil, token: String? = nil
    ) async throws -> TestResponse {
        let body = try json.map { try JSONSerialization.data(withJSONObject: $0) }
        let headers: HTTPHeaders = body == nil ? [:] : ["Content-Type": "application/json"]
        return try await request(method, "/api/v1" + path, headers: headers, body: body, token: token)
    }

    /// Registers an account and signs it in.
    package func signUp(_ username: String) async throws -> TestAccount {
        let email = "\(username)@example.org"
        let password = "correct horse \(username)"
        let registered = try await api(
            .POST, "/auth/register", ["username": username, "email": email, "password": password])
        guard registered.status == 201 else { throw TestFailure("register answered \(registered)") }
        let login = try await api(.POST, "/auth/login", ["email": email, "password": password])
        guard login.status == 200, let data = login.data as? [String: Any],
            let access = data["access_token"] as? String, let refresh = data["refresh_token"] as? String,
            let user = data["user"] as? [String: Any], let id = user["id"] as? Int
        else { throw TestFailure("login answered \(login)") }
        return TestAccount(
            id: id, username: username, email: email, password: password, accessToken: access, refreshToken: refresh)
    }
}

/// An account made by a test.
package struct TestAccount: Sendable {
    package let id: Int
    package let username, email, password, accessToken, refreshToken: String
}

/// Something a test needs did not come about.
package struct TestFailure: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
