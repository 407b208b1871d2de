import API
import ArgumentParser
import Chat
import Foundation
import Logging
import Media
import NIOPosix
import Platform

struct CollectGarbage: AsyncParsableCommand, ActsOnInstallation {
    static let configuration = CommandConfiguration(
        commandName: "gc", abstract: "Remove stored files that nothing refers to any more.")

    @Flag(help: "Only list what would be removed.")
    var dryRun = false

    @Flag(help: "Go on even if more than a fifth of all files would be removed.")
    var force = false

    func run() async throws {
        let settings = try Settings(environment: ProcessInfo.processInfo.environment)
        let threads = NIOThreadPool.singleton
        let store = try await threads.runIfActive { try BlobStore(directory: settings.uploadPath) }
        try await DatabaseAccess.withDatabase(settings) { database in
            try await Installation.check(database, store, threads: threads)
            let collector = GarbageCollector(
                references: BlobReferences(database: database, store: store, threads: threads))
            let report = try await collector.run(dryRun: dryRun, force: force)
            let documents = try await threads.runIfActive { try BlobStore(directory: settings.internalDocumentsPath) }
            let documentBlobs = try await DocumentStore(database: database, blobs: documents, threads: threads)
                .collectGarbage(dryRun: dryRun, force: force)
            let messages =
                dryRun ? 0 : try await Retention(database: database, logger: Logger(label: "talas")).purge()
            for blob in report.orphanedBlobs + documentBlobs { print(blob.rawValue) }
            print(
                "\(dryRun ? "Would remove" : "Removed") \(report.orphanedBlobs.count) files nothing refers to "
                    + "(\(report.orphanedBytes >> 10) KiB), \(documentBlobs.count) internal documents, "
                    + "\(report.expiredTracks) deleted tracks, "
                    + "\(report.temporaryFiles + report.expiredUploads) broken-off uploads, "
                    + "\(messages) messages past their rooms' retention; emptied \(report.emptiedTrash) files from the trash."
            )
        }
    }
}
