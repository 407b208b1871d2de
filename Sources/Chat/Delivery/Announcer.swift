import Platform
import Synchronization

/// Tells of committed events: to the sockets of this node, and by the event bus to the other nodes. Those are told of the
/// newest event of a conversation only, as fast as the bus takes it; they read what is before it from the database.
final class Announcer: Sendable {
    /// What the other nodes were not told yet.
    private struct Pending {
        var conversations: [Int: (seq: Int, users: [Int]?)] = [:]
        var isSending = false
    }

    /// Between notes of one conversation: what happens meanwhile needs no note of its own.
    private static let pause = Duration.milliseconds(10)

    private let delivery: Delivery
    private let events: EventBus
    private let listening: Listening
    private let pending = Mutex(Pending())

    init(delivery: Delivery, events: EventBus, listening: Listening) {
        self.listening = listening
        self.delivery = delivery
        self.events = events
        events.observe { [weak self] event in self?.heard(event) }
    }

    /// - Parameter outgoing: the event's text, where it is at hand.
    func announce(_ event: Committed, _ outgoing: Outgoing? = nil) {
        delivery.offer(event.conversation, seq: event.seq, outgoing, users: event.recipients)
        let mustSend = pending.withLock { pending in
            let known = pending.conversations[event.conversation]?.seq ?? 0
            pending.conversations[event.conversation] = (max(known, event.seq), event.recipients)
            defer { pending.isSending = true }
            return !pending.isSending
        }
        // Outlives the caller: who sent a message does not wait until other nodes know of it.
        if mustSend { Task { await sendPending() } }
    }

    func announce(_ events: [Committed]) { for event in events { announce(event) } }

    /// Tells everywhere that a room is gone.
    func announceEnd(of room: Room) async {
        await events.publish(Event(.chatEvent, id: room.conversation, detail: "gone \(room.name)"))
    }

    /// Has every node tell a room what it hears together.
    func announcePlaying(in conversation: Int) async {
        await events.publish(Event(.chatEvent, id: conversation, detail: "playing"))
    }

    private func sendPending() async {
        while true {
            let batch = pending.withLock { pending in
                defer { pending.conversations = [:] }
                pending.isSending = !pending.conversations.isEmpty
                return pending.conversations
            }
            guard !batch.isEmpty else { return }
            for (conversation, newest) in batch {
                let users = newest.users.map { " " + $0.map(String.init).joined(separator: ",") } ?? ""
                await events.publish(Event(.chatEvent, id: conversation, detail: "\(newest.seq)\(users)"))
            }
            try? await Task.sleep(for: Self.pause)
        }
    }

    private func tellPlaying(_ conversation: Int) async {
        guard delivery.position(in: conversation) != nil, let room = try? await listening.room(conversation) else {
            return
        }
        let playing = try? await listening.playing(in: conversation)
        delivery.publish(listening.frame(playing, room: room), to: conversation, importance: .kept)
    }

    private func heard(_ event: Event?) {
        guard let event else {
            // The event bus waits for nothing.
            Task { await delivery.look() }
            return
        }
        guard event.topic == .chatEvent, let detail = event.detail else { return }
        let parts = detail.split(separator: " ", maxSplits: 1)
        if parts.first == "gone" {
            let name = parts.dropFirst().first.map(String.init) ?? ""
            delivery.close(
                event.id, with: Frame.text("kicked", .members(["room": .text(name), "reason": .text("deleted")])))
        } else if parts.first == "playing" {
            // The event bus waits for nothing.
            Task { await tellPlaying(event.id) }
        } else if let seq = parts.first.flatMap({ Int($0) }) {
            let users = parts.dropFirst().first.map { $0.split(separator: ",").compactMap { Int($0) } }
            delivery.offer(event.id, seq: seq, users: users)
        }
    }
}
