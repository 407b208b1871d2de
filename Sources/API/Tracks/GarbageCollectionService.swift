import Foundation
import Logging
import ServiceLifecycle

/// Collects garbage for as long as the server runs: at its start what uploads left that it was killed in, then hourly.
package struct GarbageCollectionService: Service {
    private static let interval = Duration.seconds(3_600)

    private let collector: GarbageCollector
    private let share: StorageShare
    private let startedAt = Date()
    private let logger: Logger

    init(collector: GarbageCollector, share: StorageShare, logger: Logger) {
        self.collector = collector
        self.share = share
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            if share.wasFirst { await note { try await collector.sweepTemporary(before: startedAt) } }
            repeat {
                await note {
                    let report = try await collector.run()
                    logger.info(
                        "Garbage collected",
                        metadata: [
                            "tracks": "\(report.expiredTracks)", "blobs": "\(report.orphanedBlobs.count)",
                            "bytes": "\(report.orphanedBytes)",
                        ])
                }
            } while (try? await Task.sleep(for: Self.interval)) != nil
        }
    }

    private func note(_ work: () async throws -> Void) async {
        do { try await work() } catch {
            logger.warning("Garbage was not collected", metadata: ["reason": "\(error)"])
        }
    }
}
