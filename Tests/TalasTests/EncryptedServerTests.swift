import Foundation
import Logging
import NIOCore
import NIOSSL
import Platform
import TestSupport
import Testing

/// HTTPS without a proxy.
struct EncryptedServerTests {
    /// A self-signed certificate and its key for this name, over whatever is there.
    private func makeCertificate(_ name: String, in directory: TemporaryDirectory) async throws -> [String: String] {
        let paths = ["TLS_CERT": "\(directory.path)/certificate.pem", "TLS_KEY": "\(directory.path)/key.pem"]
        let made = try await Program.run(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=\(name)", "-addext", "subjectAltName=DNS:\(name)", "-out", paths["TLS_CERT"] ?? "",
                "-keyout", paths["TLS_KEY"] ?? "",
            ])
        guard made.status == 0 else { throw TestFailure(made.errors) }
        try TestUser.take(paths["TLS_KEY"] ?? "")
        return paths
    }

    private func connect(_ url: String, trusting paths: [String: String]) async throws {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(paths["TLS_CERT"] ?? "")
        let context = try NIOSSLContext(configuration: configuration)
        _ = try await WebSocketClient.connect(url) { channel in
            try channel.pipeline.syncOperations.addHandler(
                NIOSSLClientHandler(context: context, serverHostname: "localhost"))
        }
    }

    @Test func answersOverTLS() async throws {
        let directory = try TemporaryDirectory()
        let paths = try await makeCertificate("localhost", in: directory)
        try await withTestDatabase { database in
            let app = try await TestApp.start(databaseURL: database.url, environment: paths, in: directory)
            let port = try #require(URLComponents(string: app.url)?.port)
            let answer = try await Program.run(
                "curl",
                [
                    "-sS", "--cacert", paths["TLS_CERT"] ?? "", "https://localhost:\(port)/healthz",
                    "--resolve", "localhost:\(port):127.0.0.1",
                ])
            #expect(answer.text == #"{"message":"alive","success":true}"#, "\(answer.errors)")
            // Sockets as well, on both listeners: a refusal is an answer, too.
            for url in [app.socketURL, app.url + "/ws"] {
                await #expect(throws: WebSocketClient.Refusal.self) { try await connect(url, trusting: paths) }
            }
            await app.process.end()
        }
    }

    @Test func takesUpANewCertificateAndKeepsTheOldOneBesideABrokenOne() async throws {
        let directory = try TemporaryDirectory()
        let paths = try await makeCertificate("first.example", in: directory)
        let (certificate, key) = (paths["TLS_CERT"] ?? "", paths["TLS_KEY"] ?? "")
        let certificates = try TLSCertificates(certificatePath: certificate, keyPath: key, logger: quietLogger)
        let first = try certificates.configuration().certificateChain
        _ = try await makeCertificate("second.example", in: directory)
        try certificates.reload()
        let second = try certificates.configuration().certificateChain
        #expect(first != second)
        try Data("no certificate".utf8).write(to: URL(fileURLWithPath: certificate))
        #expect(throws: (any Error).self) { try certificates.reload() }
        #expect(try certificates.configuration().certificateChain == second)
    }

    @Test func saysWhatIsWrongWithACertificate() async throws {
        let directory = try TemporaryDirectory()
        let program = try await Program.talas(
            ["serve"],
            environment: [
                "DATABASE_URL": "postgresql:///nowhere?host=/nowhere", "TLS_CERT": "/nonexistent.pem",
                "TLS_KEY": "/nonexistent.key", "DATA_DIR": directory.path,
            ])
        #expect(program.status == 1)
        #expect(program.errors.contains("TLS_CERT"), "\(program.errors)")
    }
}
