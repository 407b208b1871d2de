package import Hummingbird
package import NIOCore

/// What travels with one request: who asks, from where, and under which request id.
package struct AppContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// The connection the request came by.
    package let channel: any Channel
    /// Set by ``AuthenticationMiddleware`` where a valid bearer token was shown.
    package var caller: Caller?
    /// The id in `X-Request-Id`, of the client's choosing where it was a sane one.
    package var requestID = ""
    /// The client's address without its port; through trusted proxies, the one they name.
    package var remoteAddress = ""

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// The caller, or 401.
    package func requireCaller() throws(Problem) -> Caller {
        guard let caller else { throw .unauthorized }
        return caller
    }

    /// The caller, if they may change anything: 401 without one, 403 `account_suspended` for a suspended account.
    package func requireWriter() throws(Problem) -> Caller {
        let caller = try requireCaller()
        guard caller.status == .active else { throw .suspended }
        return caller
    }

    /// The caller, if of this rank or above: 401 without one, 403 below it, 403 for a suspended account.
    @discardableResult
    package func require(_ role: Role) throws(Problem) -> Caller {
        let caller = try requireWriter()
        guard caller.role >= role else {
            throw Problem(.forbidden, code: "forbidden", "This takes the role \(role.rawValue), or a higher one.")
        }
        return caller
    }

    /// The whole number in the path under this name; anything else is 404, as no such thing can exist.
    package func integerParameter(_ name: String) throws(Problem) -> Int {
        guard let text = parameters.get(name), let number = Int(text), number > 0 else { throw .notFound("resource") }
        return number
    }
}
