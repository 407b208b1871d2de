import CArgon2
import Crypto
import Foundation

/// Argon2id hashes of passwords as PHC strings (`$argon2id$v=19$m=19456,t=2,p=1$…`), made by libargon2 (RFC 9106).
///
/// All functions here block for tens of milliseconds and take 19 MiB: only ``PasswordHasher`` calls them.
enum PasswordHash {
    /// Cost of one hash; OWASP's recommendation for Argon2id.
    struct Cost: Hashable, Sendable {
        let memoryKibibytes: UInt32
        let iterations: UInt32
        let lanes: UInt32

        static let recommended = Cost(memoryKibibytes: 19 * 1_024, iterations: 2, lanes: 1)

        /// How a hash of this cost begins.
        var prefix: String { "$argon2id$v=19$m=\(memoryKibibytes),t=\(iterations),p=\(lanes)$" }

        /// A well-formed hash of no known password: checking against it takes as long as against any other.
        var decoyHash: String {
            prefix + String(repeating: "A", count: 22) + "$" + String(repeating: "A", count: 43)
        }
    }

    private static let hashBytes = 32
    private static let saltBytes: UInt32 = 16

    /// A new hash with a salt of its own.
    static func make(_ password: String, cost: Cost) throws(PasswordError) -> String {
        let salt = SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) }
        let capacity = argon2_encodedlen(
            cost.iterations, cost.memoryKibibytes, cost.lanes, saltBytes, UInt32(hashBytes), Argon2_id)
        var encoded = [CChar](repeating: 0, count: capacity)
        let bytes = normalised(password)
        let status = argon2id_hash_encoded(
            cost.iterations, cost.memoryKibibytes, cost.lanes, bytes, bytes.count, salt, salt.count, hashBytes,
            &encoded, capacity)
        guard status == ARGON2_OK.rawValue else { throw .hashing(status) }
        return String(decoding: encoded.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Whether the password is the one that was hashed; false for a hash that cannot be read.
    static func verify(_ password: String, against hash: String) throws(PasswordError) -> Bool {
        let bytes = normalised(password)
        let status = argon2id_verify(hash, bytes, bytes.count)
        guard status != ARGON2_MEMORY_ALLOCATION_ERROR.rawValue else { throw .hashing(status) }
        return status == ARGON2_OK.rawValue
    }

    /// One person's `é` may be one scalar on one machine and two on the next: NFKC makes them the same (NIST SP 800-63B).
    private static func normalised(_ password: String) -> [UInt8] {
        Array(password.precomposedStringWithCompatibilityMapping.utf8)
    }
}

/// Why a password could not be hashed or checked.
package enum PasswordError: Error, CustomStringConvertible {
    /// As many are being hashed as may wait.
    case busy
    /// The server is stopping.
    case stopped
    /// libargon2 refused, by its status: in practice, no memory was left.
    case hashing(Int32)

    package var description: String {
        switch self {
        case .busy: "Too many passwords are being checked at this moment; try again in a few seconds."
        case .stopped: "The server is stopping; try again in a few seconds."
        case .hashing(let status): "The password could not be hashed (Argon2 status \(status)); is memory short?"
        }
    }
}
