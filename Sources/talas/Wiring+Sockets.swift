import API
import Chat
import Foundation
import Logging
import Platform
import ServiceLifecycle

extension Wiring {
    /// The sockets of this node, and the listener that is theirs alone.
    struct SocketListening {
        let sockets: Sockets
        let origins: OriginRules
        let listener: UpgradeListener
        private let scheme: String
        private let host: String
        private let ports: AsyncStream<Int?>

        init(
            _ settings: Settings, _ sockets: Sockets, _ origins: OriginRules, _ certificates: TLSCertificates?,
            _ logger: Logger
        ) {
            self.sockets = sockets
            self.origins = origins
            let address = settings.webSocketAddress ?? Settings.defaultWebSocketAddress
            let place = HostAndPort(address)
            let (ports, found) = AsyncStream.makeStream(of: Int?.self)
            self.ports = ports
            scheme = certificates == nil ? "ws" : "wss"
            host = ["0.0.0.0", "::"].contains(place.host) ? "localhost" : place.host
            listener = UpgradeListener(
                host: place.host, port: place.port, upgrade: sockets.upgrade, certificates: certificates,
                maximumUpgraded: settings.maximumWebSockets, isOptional: settings.webSocketAddress == nil,
                onRunning: { port in
                    if let port { origins.serves(port: port) }
                    found.yield(port)
                    found.finish()
                }, logger: logger)
        }

        /// Where it listens, once that is known; nil where it does not.
        @Sendable func url() async -> String? {
            for await port in ports {
                return port.map { "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\($0)" }
            }
            return nil
        }
    }

    /// Nil where this node has no part in the chat.
    func socketListening() -> SocketListening? {
        guard roles.contains(.chat) else { return nil }
        let accounts = accounts
        let origins = OriginRules(allowed: settings.corsAllowedOrigins)
        let sockets = Sockets(
            hub: hub, handler: chat.handler, origins: origins, events: events,
            authenticate: { token in
                do {
                    return SocketAdmission(
                        caller: try await accounts.caller(bearer: token),
                        expiresAt: await accounts.expiry(bearer: token))
                } catch {
                    throw Problem.translating(error) ?? error
                }
            },
            findCaller: accounts.caller(userID:credential:), findLiving: accounts.living, logger: logger)
        return SocketListening(settings, sockets, origins, certificates, logger)
    }
}

/// The two halves of `host:port`, as the settings have checked them.
private struct HostAndPort {
    let host: String
    let port: Int

    init(_ text: String) {
        let colon = text.lastIndex(of: ":") ?? text.endIndex
        host = text[..<colon].trimmingCharacters(in: ["[", "]"])
        port = Int(text[colon...].dropFirst()) ?? 0
    }
}

extension SocketPolicy {
    init(_ settings: Settings) {
        self.init()
        maximumSockets = settings.maximumWebSockets
        maximumSocketsOfOneAccount = settings.maximumWebSocketsOfOneAccount
    }
}
