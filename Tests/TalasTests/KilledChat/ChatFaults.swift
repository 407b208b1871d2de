import Foundation
import Postgres
import Synchronization
import TestSupport

/// Two nodes, their database and their Redis, and what happens to them.
final class ChatFaults: Sendable {
    enum Kind: String, CaseIterable {
        case nodeKilled = "nodes killed"
        case nodeStopped = "nodes stopped"
        case databaseKilled = "databases killed"
        case bothKilled = "nodes killed with the database"
        case redisKilled = "Redis killed"
        case connectionsCut = "database connections cut"
    }

    private static let secret = "a secret of tests, thirty-two bytes or more"

    let cluster: OwnCluster
    private let redis: RedisServer
    private let directories: [TemporaryDirectory]
    private let nodes = Mutex<[TestApp?]>([])

    init() async throws {
        cluster = try await OwnCluster()
        redis = try await RedisServer()
        directories = [try TemporaryDirectory(), try TemporaryDirectory()]
        for place in 0..<2 {
            let app = try await start(place)
            nodes.withLock { $0.append(app) }
        }
    }

    private func start(_ place: Int) async throws -> TestApp {
        try await TestApp.start(
            databaseURL: cluster.url,
            environment: [
                "JWT_SECRET": Self.secret, "UPLOAD_PATH": directories[0].path + "/uploads", "REDIS_URL": redis.url,
                "LOG_LEVEL": "error",
            ], in: directories[place])
    }

    /// A node that runs, if this one does.
    func node(_ place: Int) -> TestApp? { nodes.withLock { $0[place] } }

    /// Has something happen, and returns when all runs again.
    func happen(_ kind: Kind, _ dice: inout SplitMix) async throws {
        let place = Int.random(in: 0...1, using: &dice)
        let pause = Duration.milliseconds([0, 0, 300, 1_500].randomElement(using: &dice) ?? 0)
        switch kind {
        case .nodeKilled, .nodeStopped:
            await end(place, isKilled: kind == .nodeKilled)
            try await letPass(pause)
            try await begin(place)
        case .databaseKilled:
            try cluster.kill()
            try await letPass(pause)
            try await cluster.start()
        case .bothKilled:
            try cluster.kill()
            await end(place, isKilled: true)
            try await cluster.start()
            try await begin(place)
        case .redisKilled:
            redis.kill()
            try await letPass(pause)
            try await redis.start()
        case .connectionsCut:
            try await query(
                "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        }
    }

    private func end(_ place: Int, isKilled: Bool) async {
        let app = nodes.withLock { nodes in
            defer { nodes[place] = nil }
            return nodes[place]
        }
        if isKilled { await app?.process.killAtOnce() } else { await app?.process.end() }
    }

    private func begin(_ place: Int) async throws {
        let app = try await start(place)
        nodes.withLock { $0[place] = app }
    }

    /// Runs a statement, and is content if the server ends it.
    private func query(_ sql: String) async throws {
        let database = Database(DatabaseSettings(url: cluster.url), logger: quietLogger)
        _ = try? await database.pooled.execute(sql)
        await database.close()
    }

    func close() async {
        for place in 0..<2 { await end(place, isKilled: false) }
        redis.kill()
        await cluster.stop()
    }
}
