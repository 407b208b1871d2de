import Logging
import ServiceLifecycle

/// What has to be done now and then: reminders, and the room of documents that nothing refers to.
struct CatalogueDuties: Service {
    private static let interval = Duration.seconds(3_600)

    let reminders: WarrantyReminders
    let documents: DocumentStore
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            repeat {
                await note("Owners were not reminded of warranties") { _ = try await reminders.send() }
                await note("Internal documents were not cleaned up") { _ = try await documents.collectGarbage() }
            } while (try? await Task.sleep(for: Self.interval)) != nil
        }
    }

    private func note(_ failure: Logger.Message, _ work: () async throws -> Void) async {
        do { try await work() } catch { logger.warning(failure, metadata: ["reason": "\(error)"]) }
    }
}
