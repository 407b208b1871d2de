import Foundation
import HTTPTypes
package import Hummingbird
import Logging
import Metrics

/// One log line and two metrics for each answer, when its last byte is written (small ones: when they are made).
///
/// `http_request_duration_seconds{route}` and `http_responses_total{route,status}`; the route is the pattern, so that
/// ids do not make series. The query is never logged: it may hold a signature.
package struct AccessLog: RouterMiddleware {
    package typealias Context = AppContext
    private let series = ResponseMetrics()

    package init() {}

    package func handle(
        _ request: Request, context: AppContext, next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        var response = try await next(request, context)
        let status = response.status.code
        let record: @Sendable () -> Void = { [series] in
            let elapsed = ContinuousClock.now - start
            series.record(route: context.endpointPath ?? "unknown", status: status, elapsed: elapsed)
            Self.log(
                request.method.rawValue, path: request.uri.path, status: status, elapsed: elapsed,
                id: context.requestID, context.logger)
        }
        // Small bodies leave in one write, which wrapping would split; they are as good as written here.
        if let length = response.body.contentLength, length <= 65_536 {
            record()
        } else {
            let body = response.body
            response.body = ResponseBody(contentLength: body.contentLength) { writer in
                defer { record() }
                try await body.write(writer)
            }
        }
        return response
    }

    static func log(
        _ method: String, path: some StringProtocol, status: Int, elapsed: Duration, id: String, _ logger: Logger
    ) {
        let milliseconds = (elapsed / .microseconds(100)).rounded() / 10
        logger.info(
            "\(method) \(path) - Status: \(status), Duration: \(milliseconds)ms",
            metadata: ["hb.request.id": "\(id)"])
    }
}
