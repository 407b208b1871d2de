import Foundation
import Postgres
import TestSupport
import Testing

/// Random people on two nodes, while nodes, PostgreSQL and Redis are killed (SIGKILL) and started again: in the end each has
/// the database's log, in its order, without gap or double, and all that was acknowledged is in it.
///
/// `scripts/chaos --chat` runs it for longer: for `TALAS_CHAT_CHAOS_SECONDS`, from `TALAS_CHAT_CHAOS_SEED`.
struct KilledChatTests {
    private static let variables = ProcessInfo.processInfo.environment
    private static let seconds = variables["TALAS_CHAT_CHAOS_SECONDS"].flatMap { Int($0) }
    private static let seed = variables["TALAS_CHAT_CHAOS_SEED"].flatMap { UInt64($0) } ?? .random(in: 0..<1 << 32)
    /// Things that happen in the short form: each kind as often.
    private static let faults = ChatFaults.Kind.allCases.count * 2

    @Test func everybodyHasTheDatabasesLog() async throws {
        let faults = try await ChatFaults()
        do {
            let people = try await ChatPeople(faults)
            var dice = SplitMix(state: Self.seed)
            let counts = try await people.live(&dice) { dice in
                try await Self.disturb(faults, &dice)
            }
            try await people.settle(&dice)
            let found = try await people.faults(comparedTo: faults.cluster.url)
            #expect(found.isEmpty, "seed \(Self.seed): \(found.prefix(10).joined(separator: "\n"))")
            if Self.seconds != nil { print(people.figures(counts), "\n", "faults found".padded, found.count) }
        } catch {
            Issue.record("seed \(Self.seed): \(error)")
        }
        await faults.close()
    }

    /// Has one thing happen after another; gives how often which did.
    private static func disturb(_ faults: ChatFaults, _ dice: inout SplitMix) async throws -> [String: Int] {
        var counts: [String: Int] = [:]
        let deadline = seconds.map { ContinuousClock.now + .seconds($0) }
        var left = (0..<2).flatMap { _ in ChatFaults.Kind.allCases }.shuffled(using: &dice)
        while deadline.map({ $0 > .now }) ?? !left.isEmpty {
            guard let kind = left.popLast() ?? ChatFaults.Kind.allCases.randomElement(using: &dice) else { break }
            // People write for a while in between.
            try await letPass(.milliseconds(Int.random(in: 0...1_200, using: &dice)))
            try await faults.happen(kind, &dice)
            counts[kind.rawValue, default: 0] += 1
        }
        return counts
    }
}

extension String {
    var padded: String { String(repeating: " ", count: max(0, 32 - count)) + self }
}
