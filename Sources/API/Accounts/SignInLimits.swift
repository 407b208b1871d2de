import Foundation
import HTTPTypes
import NIOCore
import Platform

/// Slows down the guessing of passwords: by account and address together, by address, and by account.
///
/// Failures delay further attempts to sign in and nothing else: sessions that are open stay so. What strangers do to an
/// account cannot keep its owner out of the places where they signed in before: these answer for their own failures
/// only. Addresses of IPv6 count by their /64, the least that one customer gets.
struct SignInLimits: Sendable {
    private let pairs: AttemptLimiter
    private let addresses: AttemptLimiter
    private let accounts: AttemptLimiter

    /// - Parameter firstDelay: what the first failure beyond the free ones costs; each further one doubles it.
    init(firstDelay: Duration = .seconds(1)) {
        pairs = AttemptLimiter(freeAttempts: 5, firstDelay: firstDelay, longestDelay: .seconds(300))
        addresses = AttemptLimiter(freeAttempts: 30, firstDelay: firstDelay, longestDelay: .seconds(300))
        accounts = AttemptLimiter(freeAttempts: 10, firstDelay: firstDelay, longestDelay: .seconds(60))
    }

    /// Who tries to sign in, and from where.
    struct Attempt: Hashable, Sendable {
        fileprivate let account: String
        fileprivate let address: String
        fileprivate var pair: String { "\(account) \(address)" }

        /// - Parameter email: nil for what cannot be an address; all such attempts count together.
        init(email: String?, address: String) {
            account = email?.lowercased() ?? ""
            self.address = Self.network(address)
        }

        private static func network(_ address: String) -> String {
            guard case .v6(let parsed) = try? SocketAddress(ipAddress: address, port: 0) else { return address }
            return withUnsafeBytes(of: parsed.address.sin6_addr) { bytes in
                bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ":")
            }
        }
    }

    /// Throws 429 with the time to wait if this attempt comes too soon.
    ///
    /// To be asked before the password is checked, which saves the work, and again when it was right: of many guesses
    /// sent at once, those that are checked after enough others have failed must not tell which of them was right.
    /// - Parameter isKnown: whether the account's owner has signed in from this address before.
    func admit(_ attempt: Attempt, isKnown: () async throws -> Bool) async throws {
        var delays = [pairs.delay(for: attempt.pair), addresses.delay(for: attempt.address)]
        if let delay = accounts.delay(for: attempt.account), try await !isKnown() { delays.append(delay) }
        guard let longest = delays.compactMap(\.self).max() else { return }
        throw Problem(
            .tooManyRequests, code: "too_many_attempts",
            "Too many attempts to sign in have failed; wait before you try again.",
            retryAfterSeconds: Int(longest.components.seconds) + 1)
    }

    func failed(_ attempt: Attempt) {
        pairs.recordFailure(for: attempt.pair)
        addresses.recordFailure(for: attempt.address)
        accounts.recordFailure(for: attempt.account)
    }

    /// Forgets the failures of this account's owner; those of others at the account or the address still count, so
    /// that nobody clears them with an account of their own.
    func succeeded(_ attempt: Attempt) { pairs.recordSuccess(for: attempt.pair) }
}
