import Crypto
import HTTPTypes
package import Hummingbird
import NIOCore

/// What machines that look after the server ask: `/healthz`, `/readyz`, `/metrics`.
package struct OperationsRoutes: Sendable {
    private let isReady: @Sendable () async -> String?
    private let exposition: @Sendable () -> String
    private let metricsToken: String?

    /// - Parameters:
    ///   - isReady: nil when ready, else one sentence that says what is missing.
    ///   - exposition: the metrics in Prometheus' text format.
    ///   - metricsToken: the bearer for `/metrics`; without one only loopback is answered.
    package init(
        isReady: @escaping @Sendable () async -> String?, exposition: @escaping @Sendable () -> String,
        metricsToken: String?
    ) {
        self.isReady = isReady
        self.exposition = exposition
        self.metricsToken = metricsToken
    }

    /// Adds the routes at the root. `/metrics` has a bearer of its own, so all three stand outside authentication.
    package func add(to router: some RouterMethods<AppContext>) {
        router.get("healthz") { _, _ in Acknowledgement("alive") }
        router.get("readyz") { _, _ in
            if let missing = await isReady() {
                throw Problem(.serviceUnavailable, code: "not_ready", missing, retryAfterSeconds: 2)
            }
            return Acknowledgement("ready")
        }
        router.get("metrics") { request, context in
            guard mayRead(request, from: context.channel.remoteAddress?.ipAddress) else { throw Problem.forbidden }
            return Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: exposition())))
        }
    }

    private func mayRead(_ request: Request, from peer: String?) -> Bool {
        if let metricsToken {
            // Digests compare in constant time.
            let shown = SHA256.hash(data: Array((request.headers[.authorization] ?? "").utf8))
            return shown == SHA256.hash(data: Array("Bearer \(metricsToken)".utf8))
        }
        // A proxy on this machine is loopback too, and speaks for others.
        let isForwarded = request.headers[.forwardedFor] != nil
        return !isForwarded && (peer == "::1" || peer?.hasPrefix("127.") == true)
    }
}
