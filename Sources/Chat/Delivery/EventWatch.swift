import Platform
import ServiceLifecycle

/// Looks now and then whether a notice of an event was lost: a node that dies may have committed what it told nobody of.
struct EventWatch: Service {
    static let interval = Duration.seconds(5)

    let delivery: Delivery

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: Self.interval)) != nil { await delivery.look() }
        }
    }
}
