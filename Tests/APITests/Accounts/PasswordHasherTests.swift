import Testing

@testable import API

struct PasswordHasherTests {
    private let hasher = PasswordHasher(concurrentHashes: 2, maximumPending: 64, cost: PasswordHashTests.cheap)

    @Test func hashesAndVerifies() async throws {
        let hash = try await hasher.hash("tr0ub4dor")
        #expect(try await hasher.verify("tr0ub4dor", against: hash))
        #expect(try await !hasher.verify("troubador", against: hash))
        await hasher.close()
    }

    @Test func nobodysPasswordIsNeverRight() async throws {
        #expect(try await !hasher.verify("tr0ub4dor", against: nil))
        await hasher.close()
    }

    @Test func seesAnotherCost() async throws {
        let dearer = PasswordHash.Cost(memoryKibibytes: 64, iterations: 2, lanes: 1)
        #expect(hasher.needsRehash(try PasswordHash.make("tr0ub4dor", cost: dearer)))
        #expect(!hasher.needsRehash(try await hasher.hash("tr0ub4dor")))
        #expect(hasher.needsRehash("$2b$12$abcdefghijklmnopqrstuv"))
        await hasher.close()
    }

    @Test func refusesWhatMayNotWait() async {
        let full = PasswordHasher(concurrentHashes: 1, maximumPending: 0, cost: PasswordHashTests.cheap)
        await #expect(throws: PasswordError.self) { try await full.hash("tr0ub4dor") }
        await full.close()
    }

    @Test func manyAtOnceAllGetTheirAnswer() async throws {
        let hashes = try await withThrowingTaskGroup(of: String.self) { group in
            for index in 0..<32 { group.addTask { try await hasher.hash("password number \(index)") } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(hashes).count == 32)
        await hasher.close()
    }

    @Test func refusesOnceClosed() async {
        await hasher.close()
        await #expect(throws: PasswordError.self) { try await hasher.hash("tr0ub4dor") }
        await hasher.close()
    }
}
