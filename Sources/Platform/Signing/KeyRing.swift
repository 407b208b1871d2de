package import Crypto
import Foundation

/// Keys for different purposes out of one master secret (`JWT_SECRET`), by HKDF-SHA256 (RFC 5869): knowing one tells
/// nothing of another or of the secret.
package struct KeyRing: Sendable {
    /// What a key is for; the name goes into the derivation, so changing it changes the key.
    package enum Purpose: String, Sendable {
        /// ``URLSigner``.
        case signedURLs = "signed-urls"
        /// Refresh tokens, derived from session and generation.
        case refreshTokens = "refresh-tokens"
        /// Personal access tokens that are kept recoverably.
        case appPasswords = "app-passwords"
        /// Messages that wait to be sent.
        case outgoingMail = "outgoing-mail"
    }

    private let secret: SymmetricKey

    package init(secret: Secret) { self.secret = SymmetricKey(data: Data(secret.text.utf8)) }

    /// 256 bits, the same at every call and on every node that has the secret.
    package func key(for purpose: Purpose) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: secret, info: Data("talas/\(purpose.rawValue)".utf8), outputByteCount: 32)
    }
}
