package import Hummingbird
import Media
package import Platform

/// The segment cache as administrators see it: `/admin/media/cache`.
package struct SegmentCacheRoutes: Sendable {
    private let renditions: RenditionRoom

    package init(renditions: RenditionRoom) { self.renditions = renditions }

    /// Below `/api/v1`.
    package var routes: RouteCollection<AppContext> {
        let routes = RouteCollection(context: AppContext.self)
        routes.get("admin/media/cache", use: show)
        routes.delete("admin/media/cache", use: purge)
        return routes
    }

    @Sendable private func show(_ request: Request, _ context: AppContext) throws -> Success<SegmentCacheObject> {
        try context.require(.admin)
        return Success(SegmentCacheObject(renditions.load, renditions.happened))
    }

    @Sendable private func purge(_ request: Request, _ context: AppContext) async throws -> Acknowledgement {
        try context.require(.admin)
        try await renditions.purge()
        return Acknowledgement("The cache is empty; segments are made again as they are asked for")
    }
}

/// The segment cache in a response.
struct SegmentCacheObject: Encodable, Sendable {
    struct Tier: Encodable, Sendable {
        let bytes: Int
        let capacityBytes: Int
        let segments: Int
    }

    let memory: Tier
    let disk: Tier
    /// Since the start of this server.
    let hits: Int
    let misses: Int
    let evictions: Int
    /// 0…1; null before the first request.
    @Nullable var hitRatio: Double?
    let encodesRunning: Int
    let encodesWaiting: Int

    init(_ load: SegmentLoad, _ counts: SegmentCounts.Values) {
        memory = Tier(bytes: load.memoryBytes, capacityBytes: load.memoryCapacityBytes, segments: load.memorySegments)
        disk = Tier(bytes: load.diskBytes, capacityBytes: load.diskCapacityBytes, segments: load.diskSegments)
        hits = counts.hits
        misses = counts.misses
        evictions = counts.evictions
        let asked = counts.hits + counts.misses
        hitRatio = asked == 0 ? nil : Double(counts.hits) / Double(asked)
        encodesRunning = load.running
        encodesWaiting = load.waiting
    }
}
