import NIOPosix
import Synchronization

/// Hashes and checks passwords on threads of its own, at most one a core at a time, with a bounded line in front.
///
/// Argon2 is slow by design; on an event loop or in the cooperative pool it would stop everybody else.
package final class PasswordHasher: Sendable {
    private let threads: NIOThreadPool
    private let cost: PasswordHash.Cost
    private let maximumPending: Int
    private let pending = Mutex(0)

    /// - Parameters:
    ///   - concurrentHashes: how many may be computed at a time; each takes 19 MiB.
    ///   - maximumPending: how many may be computed or wait; one more is refused as ``PasswordError/busy``.
    package convenience init(concurrentHashes: Int, maximumPending: Int = 256) {
        self.init(concurrentHashes: concurrentHashes, maximumPending: maximumPending, cost: .recommended)
    }

    init(concurrentHashes: Int, maximumPending: Int, cost: PasswordHash.Cost) {
        threads = NIOThreadPool(numberOfThreads: concurrentHashes)
        self.cost = cost
        self.maximumPending = maximumPending
        threads.start()
    }

    /// Lets what is running finish, refuses what is waiting, and ends the threads.
    package func close() async {
        // The only error is that it was closed before.
        try? await threads.shutdownGracefully()
    }

    /// A new hash of the password, as a PHC string.
    func hash(_ password: String) async throws(PasswordError) -> String {
        let cost = cost
        return try await run { () throws(PasswordError) in try PasswordHash.make(password, cost: cost) }
    }

    /// Whether this is the password of the hash. Without a hash (no such account) it is never, but takes as long.
    func verify(_ password: String, against hash: String?) async throws(PasswordError) -> Bool {
        let cost = cost
        return try await run { () throws(PasswordError) in
            let isPassword = try PasswordHash.verify(password, against: hash ?? cost.decoyHash)
            return isPassword && hash != nil
        }
    }

    /// Whether the hash was made at another cost than new ones are.
    func needsRehash(_ hash: String) -> Bool { !hash.hasPrefix(cost.prefix) }

    private func run<Value: Sendable>(
        _ work: @escaping @Sendable () throws(PasswordError) -> Value
    ) async throws(PasswordError) -> Value {
        let admitted = pending.withLock { count in
            guard count < maximumPending else { return false }
            count += 1
            return true
        }
        guard admitted else { throw .busy }
        defer { pending.withLock { $0 -= 1 } }
        do {
            return try await threads.runIfActive { try work() }
        } catch let error as PasswordError {
            throw error
        } catch {
            throw .stopped
        }
    }
}
