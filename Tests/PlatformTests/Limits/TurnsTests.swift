import Testing

@testable import Platform

@Suite struct TurnsTests {
    /// Somebody who has a turn until told to end it.
    private struct Holder {
        let task: Task<Int, any Error>
        let release: AsyncStream<Void>.Continuation
    }

    /// Returns once the turn has come.
    private func hold(_ turns: Turns) async -> Holder {
        let (release, end) = AsyncStream<Void>.makeStream()
        let (begun, begin) = AsyncStream<Void>.makeStream()
        let task = Task {
            try await turns.take {
                begin.finish()
                for await _ in release {}
                return 1
            }
        }
        for await _ in begun {}
        return Holder(task: task, release: end)
    }

    /// Somebody who stands in line; returns once that is so.
    private func wait(_ turns: Turns, _ body: @escaping @Sendable () -> Void) async -> Task<Void, any Error> {
        let before = turns.lineLength
        let task = Task { try await turns.take { body() } }
        while turns.lineLength == before { await Task.yield() }
        return task
    }

    @Test func thoseWhoFindNoPlaceWaitAndComeInOrder() async throws {
        let turns = Turns(atOnce: 2, waiting: 8)
        let holders = [await hold(turns), await hold(turns)]
        let (order, came) = AsyncStream<Int>.makeStream()
        var waiting: [Task<Void, any Error>] = []
        for number in 0..<8 { waiting.append(await wait(turns) { came.yield(number) }) }
        // With one place they come one after another.
        holders[0].release.finish()
        for task in waiting { try await task.value }
        came.finish()
        var seen: [Int] = []
        for await number in order { seen.append(number) }
        #expect(seen == Array(0..<8))
        holders[1].release.finish()
        for holder in holders { _ = try await holder.task.value }
    }

    @Test func theLineHasAnEndAndPlacesComeBack() async throws {
        let turns = Turns(atOnce: 1, waiting: 1)
        let holder = await hold(turns)
        let waiting = await wait(turns) {}
        await #expect(throws: Turns.LineIsFull.self) { try await turns.take {} }
        holder.release.finish()
        try await waiting.value
        struct Failure: Error {}
        await #expect(throws: Failure.self) { try await turns.take { throw Failure() } }
        #expect(try await turns.take { 7 } == 7)
    }

    @Test func whoGivesUpLeavesTheLine() async throws {
        let turns = Turns(atOnce: 1, waiting: 1)
        let holder = await hold(turns)
        let waiting = await wait(turns) { Issue.record("gave up and came all the same") }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        #expect(turns.lineLength == 0)
        let next = await wait(turns) {}
        holder.release.finish()
        try await next.value
    }
}
