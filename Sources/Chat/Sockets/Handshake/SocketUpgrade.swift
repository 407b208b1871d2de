package import Foundation
import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
package import Platform

/// Who may open a socket, and how long for.
package struct SocketAdmission: Sendable {
    package let caller: Caller
    /// When the token expires; nil where it does not by itself.
    package let expiresAt: Date?

    package init(caller: Caller, expiresAt: Date?) {
        self.caller = caller
        self.expiresAt = expiresAt
    }
}

/// Judges handshakes: every refusal is an answer of HTTP, before there is a socket.
struct SocketUpgrade: ConnectionUpgrade {
    /// The document's address on the listener of sockets, and the one beside the API.
    private static let paths: Set<Substring> = ["/", "/ws"]

    let hub: SocketHub
    let handler: any SocketHandler
    let origins: OriginRules
    let authenticate: Sockets.Authenticate
    let logger: Logger

    func decide(_ request: UpgradeRequest) async -> UpgradeDecision {
        let decision = await judged(request)
        switch decision {
        case .refused(let problem): hub.metrics.answered(problem.status.code)
        case .accepted: hub.metrics.answered(101)
        }
        return decision
    }

    private func judged(_ request: UpgradeRequest) async -> UpgradeDecision {
        do {
            return .accepted(try await accepted(request))
        } catch let problem as Problem {
            return .refused(problem)
        } catch {
            logger.error("A handshake failed", metadata: ["error": "\(String(reflecting: error))"])
            return .refused(.internalError)
        }
    }

    private func accepted(_ request: UpgradeRequest) async throws -> AcceptedUpgrade {
        let head = request.head
        guard Self.paths.contains(request.path) else { throw Problem.notFound("page or resource") }
        let key = try Handshake.key(of: head)
        guard origins.allows(head) else {
            throw Problem(
                .forbidden, code: "origin_not_allowed",
                "Pages of this origin may not connect: the operator lists those that may in CORS_ALLOWED_ORIGINS.")
        }
        guard let token = Handshake.token(in: head) else { throw Problem.unauthorized }
        let admission = try await authenticate(token)
        guard admission.caller.holds(anyOf: [.chat]) else { throw Problem.insufficientScope }
        let userID = admission.caller.userID
        try reserve(userID)
        let (hub, handler) = (hub, handler)
        return AcceptedUpgrade(headers: Handshake.answer(to: head, key: key)) { connection in
            guard let socket = hub.makeSocket(admission, on: connection.channel.eventLoop) else {
                hub.register.leave(userID)
                return ClosingHandler()
            }
            return SocketConnection(socket, hub: hub, handler: handler, descriptor: connection.descriptor)
        } abandon: {
            hub.register.leave(userID)
        }
    }

    private func reserve(_ userID: Int) throws(Problem) {
        switch hub.register.admit(userID) {
        case .admitted: return
        case .full:
            throw Problem(
                .serviceUnavailable, code: "too_many_connections",
                "The server has as many connections as it takes, or is shutting down; come again in a moment.",
                retryAfterSeconds: 5)
        case .tooManyOfAccount:
            throw Problem(
                .tooManyRequests, code: "too_many_connections",
                "This account has \(hub.policy.maximumSocketsOfOneAccount) connections open: close one first.",
                retryAfterSeconds: 5)
        }
    }
}

/// Closes what it is added to.
private final class ClosingHandler: ChannelInboundHandler {
    typealias InboundIn = NIOAny

    func handlerAdded(context: ChannelHandlerContext) { context.close(promise: nil) }
}
