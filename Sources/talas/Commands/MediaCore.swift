import API
import ArgumentParser
import Foundation
import Logging
import Media
import NIOPosix
import Platform
import Postgres

struct MediaCore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "media", abstract: "Decide how renditions are encoded.", subcommands: [Adopt.self])

    struct Adopt: AsyncParsableCommand, ActsOnInstallation {
        static let configuration = CommandConfiguration(
            abstract: "Have all renditions encoded the way this machine does it.",
            discussion: """
                Codecs of other versions, or on other processors, give other bytes. So that one address never gives a mix of
                two encodings, all nodes of an installation encode the same way: as its first one did, until this command
                makes another way the installation's. From that moment every rendition is another one, with another ETag:
                what was cached is not used any more, and encoded anew as it is asked for. Nodes whose codecs do otherwise
                give away what is cached and encode nothing. All running nodes learn of it at once.
                """)

        @Flag(help: "Only say what would change.")
        var dryRun = false

        func run() async throws {
            let settings = try Settings(environment: ProcessInfo.processInfo.environment)
            let own = try await Encoding.own(settings)
            guard let digest = own.first, own.count == 1 else {
                throw Failure(
                    "The media nodes encode in \(own.count) ways (\(own.sorted().joined(separator: ", "))): run this command on "
                        + "the one that is to be followed.")
            }
            try await DatabaseAccess.withDatabase(settings) { database in
                try await Installation.requireSchema(database)
                try await adopt(digest, database)
            }
        }

        private func adopt(_ digest: String, _ database: Database) async throws {
            let store = BehaviourStore(database: database)
            let active = try await store.active()
            guard active != digest else {
                return print("Renditions are encoded as this machine does it already (\(digest)); nothing changes.")
            }
            let before = active.map { "before: \($0)" } ?? "the first"
            guard !dryRun else {
                return print("Renditions would be encoded as this machine does it: \(digest) (\(before)).")
            }
            try await store.adopt(digest)
            let events = EventBus(logger: Logger(label: "talas")) { text in
                try await database.notify(EventRelay.channel, text)
            }
            await events.publish(Event(.mediaAdopted, id: 0, detail: digest))
            print(
                """
                Renditions are encoded as this machine does it from now on: \(digest) (\(before)).
                All of them have other ETags, and are encoded anew as they are asked for.
                """)
        }
    }
}

/// How this machine, or the media nodes that work for it, encode.
enum Encoding {
    /// Behaviour digests, one for each way.
    static func own(_ settings: Settings) async throws -> Set<String> {
        let threads = NIOThreadPool.singleton
        let store = try await threads.runIfActive { try BlobStore(directory: settings.uploadPath) }
        let logger = Logger(label: "talas") { _ in TalasLogHandler(level: .warning, format: settings.logFormat) }
        let media = try Wiring.Workers(settings, store: store, files: threads, logger: logger)
        defer { media.close() }
        return try await media.work.behaviours()
    }

    /// What `talas doctor` says of it.
    static func check(_ settings: Settings, _ database: Database) async throws -> String {
        let own = try await own(settings)
        guard let active = try await BehaviourStore(database: database).active() else {
            return "the first server that starts decides how renditions are encoded"
        }
        if let difference = ActiveBehaviour.difference(own: own, active: active) { throw Failure(difference) }
        return "renditions are encoded here as everywhere (\(active))"
    }
}
