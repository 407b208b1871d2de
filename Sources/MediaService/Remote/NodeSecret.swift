internal import Crypto
internal import Foundation
package import Platform

/// Proofs that both sides of a connection between machines know `MEDIA_SECRET`, without sending it.
///
/// Each call carries a random number, the time and an HMAC of both with the method's name; the answer carries an HMAC of
/// the same number. What they talk about is not hidden: the network between the nodes has to be one's own.
package struct NodeSecret: Sendable {
    /// Shortest secret in bytes.
    package static let minimumBytes = Settings.minimumSecretBytes
    /// Seconds that clocks may differ, and that a call may be sent again by somebody who listens.
    static let toleranceSeconds: Int64 = 60

    private let key: SymmetricKey

    package init(_ secret: Secret) {
        key = SymmetricKey(data: SHA256.hash(data: Data("talas.media.v1 \(secret.text)".utf8)))
    }

    /// A number that no other call has.
    static func nonce() -> [UInt8] { (0..<16).map { _ in UInt8.random(in: 0 ... .max) } }

    func request(_ method: String, nonce: [UInt8], seconds: Int64) -> [UInt8] {
        proof("request \(method) \(seconds) ", nonce)
    }

    func answer(nonce: [UInt8]) -> [UInt8] { proof("answer ", nonce) }

    /// Whether a call's proof is good now. Takes the same time whatever is wrong with it.
    func accepts(_ proof: [UInt8], _ method: String, nonce: [UInt8], seconds: Int64, now: Int64) -> Bool {
        isValid(proof, for: "request \(method) \(seconds) ", nonce) && nonce.count == 16
            && (now - Self.toleranceSeconds...now + Self.toleranceSeconds).contains(seconds)
    }

    func acceptsAnswer(_ proof: [UInt8], nonce: [UInt8]) -> Bool { isValid(proof, for: "answer ", nonce) }

    private func proof(_ text: String, _ nonce: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Data(text.utf8) + nonce, using: key))
    }

    private func isValid(_ proof: [UInt8], for text: String, _ nonce: [UInt8]) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(proof, authenticating: Data(text.utf8) + nonce, using: key)
    }
}
