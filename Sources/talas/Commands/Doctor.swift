import ArgumentParser
import Foundation
import Media
import MediaService
import Migrations
import NIOPosix
import Platform
import Postgres

struct Doctor: AsyncParsableCommand, ActsOnInstallation {
    static let configuration = CommandConfiguration(
        abstract: "Check that everything Talas stands on is in order; exits with 1 and says what to do if not.")

    func run() async throws {
        var examination = Examination()
        let settings = try Settings(environment: ProcessInfo.processInfo.environment)
        examination.check("codecs") { try Self.codecs() }
        examination.check("secrets") { try Self.secrets(settings) }
        let store = examination.check("storage") { try Self.storage(settings) }
        do {
            try await DatabaseAccess.withDatabase(settings) { database in
                await examination.check("database") { try await Self.database(database) }
                await examination.check("migrations") { try await Self.migrations(database) }
                if let store {
                    await examination.check("installation") {
                        try await Installation.check(database, store, threads: .singleton)
                        return "storage and database belong together"
                    }
                }
                await examination.check("encoding") { try await Encoding.check(settings, database) }
                await examination.check("clock") { try await Self.clock(database) }
            }
        } catch {
            examination.fail("database", Failure.sentence(of: error))
        }
        await examination.check("sandbox") { try await Self.sandbox() }
        guard examination.failures == 0 else {
            throw Failure("\(examination.failures) of these are not in order.")
        }
    }

    private static func codecs() throws -> String {
        let missing = Capabilities.missing()
        guard missing.isEmpty else {
            throw Failure(
                "FFmpeg lacks \(missing.joined(separator: ", ")): install Debian's libavcodec59 with libmp3lame and libopus."
            )
        }
        return "FFmpeg has every decoder and encoder that is needed"
    }

    private static func secrets(_ settings: Settings) throws -> String {
        guard settings.jwtSecret == nil else { return "JWT_SECRET is set" }
        _ = try SecretFile.readOrCreate(settings.jwtSecretPath)
        return "a generated secret is kept in \(settings.jwtSecretPath)"
    }

    private static func storage(_ settings: Settings) throws -> (BlobStore, String) {
        let store = try BlobStore(directory: settings.uploadPath)
        _ = try store.installationID()
        let writer = try store.writer()
        try Array("probe".utf8).withUnsafeBytes { bytes in try writer.append(bytes) }
        writer.discard()
        let free = try store.freeBytes()
        guard free > 1 << 30 else {
            throw Failure("\(settings.uploadPath) has \(free >> 20) MiB left: free some space or move UPLOAD_PATH.")
        }
        return (store, "\(settings.uploadPath) can be written, \(free >> 30) GiB are free")
    }

    private static func database(_ database: Database) async throws -> String {
        let version = try await database.row("SELECT current_setting('server_version_num')::int") {
            row throws(PostgresError) in try row.decode(0, as: Int.self)
        }
        guard let version, version >= 150_000 else {
            throw Failure("PostgreSQL 15 or newer is needed; this is \((version ?? 0) / 10_000).")
        }
        return "PostgreSQL \(version / 10_000).\(version % 10_000) answers"
    }

    private static func migrations(_ database: Database) async throws -> String {
        let status = try await Migrator(database, migrations: Migrations.all).status()
        guard !status.isDirty else {
            throw Failure(
                "Migration \(status.version ?? 0) failed half-way: mend the schema, then run `talas migrate up`.")
        }
        guard status.version == Migrations.all.last?.version else {
            throw Failure("The schema is at version \(status.version ?? 0): run `talas migrate up`.")
        }
        return "the schema is at version \(status.version ?? 0)"
    }

    private static func sandbox() async throws -> String {
        let report = try await MediaWorkers.sandboxReport(WorkerPolicy.Program())
        let missing = report.missing.isEmpty ? "" : "; this machine lacks: \(report.missing.joined(separator: ", "))"
        return "media is decoded in processes with \(report.active.joined(separator: ", "))\(missing)"
    }

    private static func clock(_ database: Database) async throws -> String {
        let before = Date()
        let theirs = try await database.row("SELECT clock_timestamp()") { row throws(PostgresError) in
            try row.decode(0, as: Date.self)
        }
        let ours = before.addingTimeInterval(Date().timeIntervalSince(before) / 2)
        let difference = abs((theirs ?? ours).timeIntervalSince(ours))
        guard difference < 2, ours.timeIntervalSince1970 > 1_700_000_000 else {
            throw Failure("This clock and the database's differ by \(Int(difference)) s: set both by NTP.")
        }
        return "this clock and the database's agree"
    }
}

/// What was looked at, line by line.
private struct Examination {
    private(set) var failures = 0

    mutating func fail(_ subject: String, _ sentence: String) {
        failures += 1
        print("FAIL  \(subject): \(sentence)")
    }

    mutating func check(_ subject: String, _ body: () throws -> String) {
        check(subject) { ((), try body()) }
    }

    @discardableResult
    mutating func check<Value>(_ subject: String, _ body: () throws -> (Value, String)) -> Value? {
        do {
            let (value, sentence) = try body()
            print("ok    \(subject): \(sentence)")
            return value
        } catch {
            fail(subject, Failure.sentence(of: error))
            return nil
        }
    }

    mutating func check(_ subject: String, _ body: () async throws -> String) async {
        do {
            print("ok    \(subject): \(try await body())")
        } catch {
            fail(subject, Failure.sentence(of: error))
        }
    }
}
