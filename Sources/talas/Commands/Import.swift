import API
import ArgumentParser
import Foundation
import Logging
import Media
import NIOPosix
import Platform
import Postgres

struct Import: AsyncParsableCommand, ActsOnInstallation {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Add every audio file below a folder as a track.",
        discussion: """
            Titles, artists, albums and genres come from the files. What the account has already is left alone, so an
            import can be run again. Files are copied; they stay as they are. Hidden files are skipped.
            """)

    @Argument(help: "The folder.", completion: .directory)
    var folder: String

    @Option(help: "The account that the tracks will belong to.")
    var user: String

    @Option(help: "Who may find the tracks: public, unlisted or private.")
    var visibility = "public"

    @Flag(help: "Only say what would be added.")
    var dryRun = false

    func run() async throws {
        guard let visibility = Visibility(rawValue: visibility) else {
            throw Failure(
                "There is no visibility \"\(self.visibility)\"; choose public, unlisted or private.",
                isWrongUsage: true)
        }
        guard let scan = FolderScan(folder) else { throw Failure("\(folder) is no folder, or it cannot be read.") }
        let settings = try Settings(environment: ProcessInfo.processInfo.environment)
        let threads = NIOThreadPool.singleton
        let store = try await threads.runIfActive { try BlobStore(directory: settings.uploadPath) }
        let logger = Logger(label: "talas") { _ in TalasLogHandler(level: .warning, format: settings.logFormat) }
        let media = try Wiring.Workers(settings, store: store, files: threads, logger: logger)
        defer { media.close() }
        let summary = try await DatabaseAccess.withDatabase(settings) { database in
            try await Installation.requireSchema(database)
            try await Installation.check(database, store, threads: threads)
            let owner = try await AccountAdministration(database).id(of: user)
            let events = EventBus(logger: Logger(label: "talas")) { text in
                try await database.notify(EventRelay.channel, text)
            }
            let imports = TrackImport(
                database: database, store: store, threads: threads, work: media.work, events: events,
                policy: Tracks.Policy(settings, workers: media.workers))
            return await add(scan, to: owner, visibility, with: imports)
        }
        print(summary.text(dryRun: dryRun), terminator: "")
        if let failure = summary.failure { throw Failure(failure) }
    }

    private func add(
        _ scan: FolderScan, to owner: Int, _ visibility: Visibility, with imports: TrackImport
    ) async -> ImportSummary {
        var summary = ImportSummary(scan)
        let bar = ProgressBar(dryRun ? "Looking" : "Importing")
        let total = Double(max(1, scan.files.reduce(0) { $0 + $1.size }))
        var done = 0
        for file in scan.files where !summary.isHopeless {
            bar.show(Double(done) / total)
            do {
                if dryRun {
                    summary.found(try await imports.look(file.path, ownerID: owner))
                } else {
                    summary.take(try await imports.add(file.path, ownerID: owner, visibility: visibility))
                }
            } catch {
                summary.take(error, of: file.path)
            }
            done += file.size
        }
        bar.finish()
        return summary
    }
}
