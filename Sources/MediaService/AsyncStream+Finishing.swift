extension AsyncStream.Continuation {
    /// Does what the stream tells of, and ends the stream however that ends.
    func finishing<Value: Sendable>(_ body: @Sendable () async throws -> Value) async throws -> Value {
        defer { finish() }
        return try await body()
    }
}
