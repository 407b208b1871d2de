package import Hummingbird
package import Platform

/// The REST API, the page and the media URLs as one router, in front of which stand the middlewares.
package struct API {
    /// What stands before every route.
    package struct Front: Sendable {
        package let trustedProxies: TrustedProxies
        package let allowedOrigins: [String]
        /// The live caller of a bearer token; throws a ``Problem`` otherwise.
        package let authenticate: @Sendable (String) async throws -> Caller

        package init(
            trustedProxies: TrustedProxies, allowedOrigins: [String],
            authenticate: @escaping @Sendable (String) async throws -> Caller
        ) {
            self.trustedProxies = trustedProxies
            self.allowedOrigins = allowedOrigins
            self.authenticate = authenticate
        }
    }

    /// Routes below `/api/v1`.
    private let features: [RouteCollection<AppContext>]
    /// Routes at the root.
    private let addRootRoutes: (RouterGroup<AppContext>) -> Void
    private let operations: OperationsRoutes

    /// - Parameters:
    ///   - features: routes below `/api/v1`.
    ///   - operations: `/healthz`, `/readyz`, `/metrics`, which no sign-in guards.
    ///   - rootRoutes: adds what stands at the root.
    package init(
        features: [RouteCollection<AppContext>], operations: OperationsRoutes,
        rootRoutes: @escaping (RouterGroup<AppContext>) -> Void
    ) {
        self.features = features
        self.operations = operations
        addRootRoutes = rootRoutes
    }

    /// Every method and path that is answered.
    package var routeTable: RouteTable {
        let router = Router(context: AppContext.self, options: [.autoGenerateHeadEndpoints])
        addRoutes(to: router.group())
        return RouteTable(router)
    }

    /// The router with everything before it.
    package func router(_ front: Front) -> Router<AppContext> {
        let table = routeTable
        let router = Router(context: AppContext.self, options: [.autoGenerateHeadEndpoints])
        router.add(middleware: RequestIdentification(trustedProxies: front.trustedProxies))
        router.add(middleware: AccessLog())
        router.add(middleware: CrossOriginMiddleware(allowedOrigins: front.allowedOrigins))
        router.add(middleware: ProblemMiddleware(translate: Problem.translating, methods: table.methods(at:)))
        operations.add(to: router)
        router.add(middleware: ExpectContinue())
        router.add(middleware: AuthenticationMiddleware(authenticate: front.authenticate))
        router.add(middleware: CallerRestrictions())
        addFeatures(to: router.group())
        return router
    }

    private func addRoutes(to group: RouterGroup<AppContext>) {
        operations.add(to: group)
        addFeatures(to: group)
    }

    private func addFeatures(to group: RouterGroup<AppContext>) {
        for routes in features { group.addRoutes(routes, atPath: "api/v1") }
        addRootRoutes(group)
    }
}
