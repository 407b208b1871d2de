/// Does something within a time that only what has stopped for good exceeds: a test that would hang fails instead, and
/// says where.
///
/// - Parameters:
///   - what: what is awaited, for the failure.
///   - seconds: generous, since busy machines are slow; nothing is measured here.
///   - state: what else the failure should tell, asked for when the time is over.
package func bounded<Value: Sendable>(
    _ what: String, seconds: Int = 180, state: @escaping @Sendable () -> String = { "" },
    _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await work() }
        group.addTask {
            try await Task.sleep(for: .seconds(seconds))
            throw TestFailure("\(what) did not come to its end within \(seconds) s. \(state())")
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { throw CancellationError() }
        return value
    }
}
