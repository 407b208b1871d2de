import Logging
import NIOCore
import Platform
import ServiceLifecycle
import Synchronization

/// Downloads that are being sent, each checked again twice a second: is it still allowed? One that is not has its
/// connection closed, even while the client does not read.
final class RunningDownloads: Service {
    /// Whether somebody may still have what they are being sent; throws a ``Problem`` when not.
    typealias Check = @Sendable () async throws -> Void

    private static let interval = Duration.milliseconds(500)

    private struct Entry {
        let check: Check
        let channel: any Channel
    }

    private struct State {
        var nextID = 0
        var entries: [Int: Entry] = [:]
    }

    private let logger: Logger
    private let state = Mutex(State())

    init(logger: Logger) { self.logger = logger }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: Self.interval)) != nil { await self.check() }
        }
    }

    /// Looks at every download once and ends those that are not allowed any more.
    func check() async {
        for (id, entry) in state.withLock({ $0.entries }) {
            do {
                try await entry.check()
            } catch is Problem {
                end(id)
            } catch {
                // Without the database nobody can be told apart; what runs goes on until it is back.
                logger.warning("Running downloads cannot be checked", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Notes that a download begins; call what it gives when it is through.
    func add(_ channel: any Channel, _ check: @escaping Check) -> @Sendable () -> Void {
        let id = state.withLock { state in
            state.nextID += 1
            state.entries[state.nextID] = Entry(check: check, channel: channel)
            return state.nextID
        }
        return { _ = self.state.withLock { $0.entries.removeValue(forKey: id) } }
    }

    /// The channel is closed only while its download is still registered: a later request on it is another matter.
    private func end(_ id: Int) {
        let entry = state.withLock { $0.entries.removeValue(forKey: id) }
        entry?.channel.close(promise: nil)
    }
}
