import Foundation
import Logging
import Migrations
import Postgres
import NIOHTTP1
import TestSupport
import Testing

/// A database that goes away and comes back.
struct LostDatabaseTests {
    @Test func answers503MeanwhileAndGoesOnAfterwards() async throws {
        let directory = try TemporaryDirectory()
        let cluster = PrivateCluster(dataDirectory: directory.path + "/database", logger: quietLogger)
        let url = try await cluster.start()
        let database = Database(DatabaseSettings(url: url), logger: quietLogger)
        try await Migrator(database, migrations: Migrations.all).up()
        await database.close()

        let app = try await TestApp.start(databaseURL: url, in: directory)
        let account = try await app.signUp("ann")
        await cluster.stop()
        for path in ["/readyz", "/api/v1/auth/me", "/api/v1/tracks"] {
            let response = try await app.request(.GET, path, token: path == "/readyz" ? nil : account.accessToken)
            #expect(response.status == 503, "\(path): \(response)")
            #expect(response.headers.contains(name: "Retry-After"))
        }
        #expect(try await app.request(.GET, "/healthz").status == 200)

        #expect(try await cluster.start() == url)
        // The first statements after a loss may still meet the old connections; a minute is for a hopeless case only.
        var status = 0
        let deadline = ContinuousClock.now + .seconds(60)
        while status != 200, ContinuousClock.now < deadline {
            status = try await app.request(.GET, "/api/v1/auth/me", token: account.accessToken).status
        }
        #expect(status == 200)
        #expect(try await app.request(.GET, "/readyz").status == 200)
        await app.process.end()
        await cluster.stop()
    }
}
