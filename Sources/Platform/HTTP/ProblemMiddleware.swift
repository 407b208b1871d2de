import HTTPTypes
package import Hummingbird
import Logging

/// Turns every error into the one form of refusal that clients know, and an unknown path's other methods into 405.
package struct ProblemMiddleware: RouterMiddleware {
    package typealias Context = AppContext
    private let translate: @Sendable (any Error) -> Problem?
    private let methods: @Sendable (String) -> [HTTPRequest.Method]

    /// - Parameters:
    ///   - translate: the table from the features' errors to problems; nil for what it does not know.
    ///   - methods: which methods a path answers to.
    package init(
        translate: @escaping @Sendable (any Error) -> Problem?,
        methods: @escaping @Sendable (String) -> [HTTPRequest.Method]
    ) {
        self.translate = translate
        self.methods = methods
    }

    package func handle(
        _ request: Request, context: AppContext, next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let problem as Problem {
            return try problem.response(from: request, context: context)
        } catch let error as HTTPError {
            return try problem(error, request).response(from: request, context: context)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            if let problem = translate(error) {
                if problem.status.code >= 500 { log(error, context, level: .warning) }
                return try problem.response(from: request, context: context)
            }
            log(error, context, level: .error)
            return try Problem.internalError.response(from: request, context: context)
        }
    }

    private func log(_ error: any Error, _ context: AppContext, level: Logger.Level) {
        context.logger.log(level: level, "Request failed", metadata: ["error": "\(String(reflecting: error))"])
    }

    /// What the router and its body collector refuse by themselves.
    private func problem(_ error: HTTPError, _ request: Request) -> Problem {
        switch error.status {
        case .notFound:
            let allowed = methods(request.uri.path)
            guard !allowed.isEmpty else { return .notFound("page or resource") }
            let list = allowed.map(\.rawValue).joined(separator: ", ")
            return Problem(
                .methodNotAllowed, code: "method_not_allowed", "This address answers to \(list) only.",
                headers: [.allow: list])
        case .contentTooLarge:
            return Problem(.contentTooLarge, code: "too_large", "The body is larger than this address takes.")
        default:
            return Problem(
                error.status, code: error.status.code < 500 ? "bad_request" : "internal",
                error.body ?? "The request could not be understood.")
        }
    }
}
