import Logging

extension PrivateCluster {
    /// Starts the server again whenever it has ended, as when it was killed, until the task is cancelled.
    package func keepRunning(every interval: Duration = .seconds(2)) async {
        while (try? await Task.sleep(for: interval)) != nil {
            do {
                try await restartIfEnded()
            } catch {
                logger.error("Private database not started again", metadata: ["reason": "\(error)"])
            }
        }
    }

    /// - Returns: whether it had ended, and was started again.
    @discardableResult
    func restartIfEnded() async throws -> Bool {
        guard isInUse, layout.serverProcess == nil else { return false }
        let lock = try await lockForChange()
        defer { lock.unlock() }
        // Who held the lock may have started it meanwhile, or this program has done with it.
        guard isInUse, layout.serverProcess == nil else { return false }
        logger.warning("Private database has ended; it is started again")
        _ = try await ensureRunning(Installation.find(major: layout.major), ClusterOwner.current())
        return true
    }
}
