package import Logging
package import Media
package import Platform
import ServiceLifecycle
import Synchronization

/// What codecs do that the installation's renditions are made with, and whether those of this node do it.
///
/// One behaviour is active, in the database: that of the first node of a new installation, until `talas media adopt` puts
/// another in its place. It is part of what a rendition is. A node whose codecs do otherwise gives away what is cached, and
/// encodes nothing: so one URL never mixes two encodings.
package final class ActiveBehaviour: Service {
    private struct State {
        /// Nil before it was asked for, and when another may have been adopted.
        var active: String?
        /// Counts what may have changed it.
        var changes = 0
        /// What is done where this node's segments are encoded; nil before that was asked for.
        var own: Set<String>?
    }

    /// How often this node looks whether it still encodes as it should: libraries are upgraded, media nodes come and go.
    private static let interval = Duration.seconds(30)

    private let store: BehaviourStore
    private let work: any MediaWork
    private let events: EventBus
    private let logger: Logger
    private let state = Mutex(State())

    /// Make it before whatever remembers renditions and forgets them by the same event.
    package init(store: BehaviourStore, work: any MediaWork, events: EventBus, logger: Logger) {
        self.store = store
        self.work = work
        self.events = events
        self.logger = logger
        events.observe { [weak self] event in self?.heard(event) }
    }

    /// The active behaviour; where there is none yet, this node's becomes it.
    func digest() async throws -> String {
        let (known, changes) = state.withLock { ($0.active, $0.changes) }
        if let known { return known }
        var found = try await store.active()
        if found == nil, let own = try await lookAtOwn().min() { found = try await store.claim(own) }
        guard let found else { throw MediaError.noneEncodes }
        state.withLock { state in
            // What was adopted meanwhile is newer than what the database was asked before.
            if state.changes == changes { state.active = found }
        }
        return found
    }

    /// One sentence for the operator when this node does not encode as the installation's renditions are made.
    package func whatIsMissing() async -> String? {
        do {
            let active = try await digest()
            let known = state.withLock { $0.own }
            let own = if let known { known } else { try await lookAtOwn() }
            return Self.difference(own: own, active: active)
        } catch {
            return Self.sentence(of: error)
        }
    }

    /// As ``whatIsMissing()``, from what both sides are known to do.
    package static func difference(own: Set<String>, active: String) -> String? {
        guard !own.contains(active) else { return nil }
        let names = own.sorted().joined(separator: ", ")
        return "The codecs here encode otherwise (\(names)) than the installation's renditions are made (\(active)): "
            + "only what is cached is served. Run `talas media adopt` here to have all renditions made anew in this "
            + "way, or use the FFmpeg, processor and MEDIA_CPU_FLAGS they were made with."
    }

    /// Keeps up with the libraries, with media nodes, and with events that got lost.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var said: String?
            repeat {
                await self.look()
                let missing = await self.whatIsMissing()
                if let missing, missing != said { self.logger.warning("\(missing)") }
                said = missing
            } while (try? await Task.sleep(for: Self.interval)) != nil
        }
    }

    private func look() async {
        let known = state.withLock { $0.active }
        _ = try? await lookAtOwn()
        guard let known, let active = try? await store.active(), active != known else { return }
        // Somebody adopted another one, and this node did not hear of it; so it may have missed more.
        if state.withLock({ $0.active == known }) { events.resynchronise() }
    }

    private func lookAtOwn() async throws -> Set<String> {
        do {
            let own = try await work.behaviours()
            state.withLock { $0.own = own }
            return own
        } catch {
            // Asked again by the next who wants to know.
            state.withLock { $0.own = nil }
            throw error
        }
    }

    private func heard(_ event: Event?) {
        guard event == nil || event?.topic == .mediaAdopted else { return }
        state.withLock { state in
            state.changes += 1
            state.active = event?.detail
        }
    }

    private static func sentence(of error: any Error) -> String {
        (error as? MediaError)?.message ?? "It cannot be found out how renditions are to be encoded: \(error)."
    }
}

extension MediaError {
    fileprivate static let noneEncodes = MediaError(
        code: .interrupted, message: "No media node answers: try again in a moment.")
}
