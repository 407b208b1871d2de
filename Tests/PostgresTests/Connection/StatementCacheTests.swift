import Testing

@testable import Postgres

@Suite struct StatementCacheTests {
    @Test func preparesOnceAndSendsTextMeanwhile() {
        var cache = StatementCache(capacity: 4)
        guard case .prepare(let name, nil) = cache.plan("a") else {
            Issue.record("not prepared")
            return
        }
        #expect(cache.plan("a") == .unnamed)
        cache.prepared("a")
        #expect(cache.plan("a") == .run(name: name))
        cache.remove("a")
        guard case .prepare(let second, nil) = cache.plan("a") else {
            Issue.record("not prepared again")
            return
        }
        #expect(second != name)
    }

    @Test func theOneUsedLongestAgoMakesRoom() {
        var cache = StatementCache(capacity: 2)
        var names: [String: String] = [:]
        for sql in ["a", "b"] {
            if case .prepare(let name, _) = cache.plan(sql) { names[sql] = name }
            cache.prepared(sql)
        }
        _ = cache.plan("a")
        guard case .prepare(_, let evicted) = cache.plan("c") else {
            Issue.record("not prepared")
            return
        }
        #expect(evicted == names["b"])
        #expect(cache.plan("a") == .run(name: names["a"] ?? ""))
    }

    @Test func nothingMakesRoomWhileAllAreBeingPrepared() {
        var cache = StatementCache(capacity: 1)
        _ = cache.plan("a")
        #expect(cache.plan("b") == .unnamed)
    }
}
