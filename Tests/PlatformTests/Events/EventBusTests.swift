import Logging
import Synchronization
import Testing

@testable import Platform

struct EventBusTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func collect(_ subscription: EventSubscription) async -> [Event] {
        var events: [Event] = []
        for await event in subscription { events.append(event) }
        return events
    }

    @Test func tellsWhomItConcerns() async {
        let bus = EventBus(logger: logger)
        let one = bus.subscribe(userID: 1)
        let two = bus.subscribe(userID: 2)
        let all = bus.subscribe()
        let forOne = Event(.notification, userID: 1, id: 5)
        let forEverybody = Event(.trackChanged, id: 6)
        await bus.publish(forOne)
        await bus.publish(forEverybody)
        bus.close()
        #expect(await collect(one) == [forOne, forEverybody])
        #expect(await collect(two) == [forEverybody])
        #expect(await collect(all) == [forOne, forEverybody])
        #expect(await collect(bus.subscribe()).isEmpty)
    }

    @Test func reachesOtherNodesAndHearsItselfOnce() async {
        let sent = Mutex<[String]>([])
        let here = EventBus(logger: logger) { text in sent.withLock { $0.append(text) } }
        let there = EventBus(logger: logger)
        let mine = here.subscribe()
        let theirs = there.subscribe()
        let event = Event(.sessionEnded, userID: 3, id: 9, detail: "logout")
        await here.publish(event)
        for text in sent.withLock({ $0 }) {
            here.receive(text)
            there.receive(text)
        }
        there.receive("not an event")
        here.close()
        there.close()
        #expect(await collect(mine) == [event])
        #expect(await collect(theirs) == [event])
    }

    @Test func tellsAgainWhatTheTransportDidNotTake() async {
        let failures = Mutex(2)
        let (sent, teller) = AsyncStream.makeStream(of: String.self)
        let bus = EventBus(logger: logger) { text in
            let fails = failures.withLock { left in
                defer { left -= 1 }
                return left > 0
            }
            if fails { throw CancellationError() }
            teller.yield(text)
        }
        await bus.publish(Event(.sessionEnded, userID: 3, id: 9))
        for await text in sent {
            #expect(text.contains("session_ended"))
            break
        }
    }

    @Test func endsASubscriberThatFallsBehind() async {
        let bus = EventBus(logger: logger)
        let slow = bus.subscribe()
        for id in 0..<1_000 { await bus.publish(Event(.trackChanged, id: id)) }
        let received = await collect(slow)
        #expect(received.map(\.id) == Array(0..<256))
    }
}
