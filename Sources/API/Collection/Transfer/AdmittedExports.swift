import HTTPTypes
import Platform
import Synchronization

/// How many archives are written at once; more are refused rather than made to wait.
final class AdmittedExports: Sendable {
    /// One of the places; free again with its last reference, however an answer ends.
    final class Place: Sendable {
        private let exports: AdmittedExports

        fileprivate init(_ exports: AdmittedExports) { self.exports = exports }

        deinit { exports.count.withLock { $0 -= 1 } }
    }

    private static let maximum = 8

    private let count = Mutex(0)

    /// Takes a place. 503 when there is none.
    func enter() throws(Problem) -> Place {
        let isAdmitted = count.withLock { count in
            guard count < Self.maximum else { return false }
            count += 1
            return true
        }
        guard isAdmitted else {
            throw Problem(
                .serviceUnavailable, code: "busy", "Too many collections are being exported: try again in a moment.",
                retryAfterSeconds: 10)
        }
        return Place(self)
    }
}
