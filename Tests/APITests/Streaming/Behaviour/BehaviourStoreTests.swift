import Postgres
import TestSupport
import Testing

@testable import API

@Suite struct BehaviourStoreTests {
    private static func digest(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    @Test func oneOfManyThatComeFirstDecides() async throws {
        try await withDatabase { database in
            let store = BehaviourStore(database: database)
            #expect(try await store.active() == nil)
            let answers = try await withThrowingTaskGroup(of: String.self) { group in
                for number in 1...16 { group.addTask { try await store.claim(Self.digest(number)) } }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(answers.count == 1)
            #expect(try await store.active() == answers.first)
        }
    }

    @Test func anotherIsAdoptedWhateverWas() async throws {
        try await withDatabase { database in
            let store = BehaviourStore(database: database)
            try await store.adopt(Self.digest(1))
            try await store.adopt(Self.digest(2))
            #expect(try await store.active() == Self.digest(2))
            #expect(try await store.claim(Self.digest(3)) == Self.digest(2))
        }
    }

    @Test func theTableTakesOneDigestAndNothingElse() async throws {
        try await withDatabase { database in
            let store = BehaviourStore(database: database)
            for text in ["", "abc", String(repeating: "g", count: 16), Self.digest(1) + "0"] {
                let error = await #expect(throws: PostgresError.self) { try await store.adopt(text) }
                #expect(error?.code == .checkViolation)
            }
            try await store.adopt(Self.digest(1))
            let second = await #expect(throws: PostgresError.self) {
                try await database.execute(
                    "INSERT INTO media_behaviour (is_only, digest) VALUES (false, $1)", Self.digest(2))
            }
            #expect(second?.code == .checkViolation)
        }
    }
}
