import Crypto
import Foundation

/// A refresh token: `base64url(session id ‖ generation ‖ HMAC-SHA256(key, session id ‖ generation ‖ salt))`.
///
/// No token is stored. The first of a session is generation 0, and each token's successor is derived, not drawn:
/// asking twice with one token gives one successor, on whatever node, so a client that lost an answer asks again.
/// A stolen database gives no tokens, for it lacks the key; nor does a stolen key, for it lacks the sessions' salts.
/// Since every token ever issued can be recognised by recomputation, an old one is told from a made-up one: only
/// the former is reuse and may end its session, else anybody could end anybody's.
struct RefreshToken: Hashable, Sendable {
    let sessionID: Int
    let generation: Int
    private let code: [UInt8]

    private static let numberBytes = 8 + 4
    private static let codeBytes = SHA256.byteCount

    /// The token of this generation.
    init(sessionID: Int, generation: Int, salt: [UInt8], key: SymmetricKey) {
        self.sessionID = sessionID
        self.generation = generation
        let message = Self.numbers(sessionID, generation) + salt
        code = Array(HMAC<SHA256>.authenticationCode(for: message, using: key))
    }

    /// Reads what ``text`` wrote; nil for what cannot be a token. Says nothing about its being genuine.
    init?(_ text: String) {
        guard let bytes = Data(base64URL: text), bytes.count == Self.numberBytes + Self.codeBytes else { return nil }
        let numbers = bytes.prefix(Self.numberBytes).reduce(into: [UInt8]()) { $0.append($1) }
        sessionID = Int(truncatingIfNeeded: numbers[..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
        generation = Int(numbers[8...].reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
        // A generation is an `int` in the database.
        guard sessionID > 0, generation < Int(Int32.max) else { return nil }
        code = Array(bytes.dropFirst(Self.numberBytes))
    }

    /// What the client gets.
    var text: String { Data(Self.numbers(sessionID, generation) + code).base64URL }

    /// Whether this server issued it for the session with this salt; takes the same time wherever they differ.
    func isGenuine(salt: [UInt8], key: SymmetricKey) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(
            code, authenticating: Self.numbers(sessionID, generation) + salt, using: key)
    }

    /// The token that takes this one's place once it has been used itself.
    func successor(salt: [UInt8], key: SymmetricKey) -> RefreshToken {
        RefreshToken(sessionID: sessionID, generation: generation + 1, salt: salt, key: key)
    }

    private static func numbers(_ sessionID: Int, _ generation: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt64(sessionID).bigEndian, Array.init)
            + withUnsafeBytes(of: UInt32(generation).bigEndian, Array.init)
    }
}
