import Crypto
import Foundation

/// A personal access token: `talas_` and 160 random bits in lower-case base32 (RFC 4648 §6), easy to type on a telephone.
///
/// Nobody guesses that many bits, so a plain SHA-256 is enough to keep it by.
struct PersonalToken: Hashable, Sendable {
    private static let prefix = "talas_"
    private static let characterCount = 32

    /// What its owner is shown, once.
    let text: String

    /// A new one.
    init() { text = Self.prefix + RandomCode.base32(characters: Self.characterCount) }

    /// Reads what looks like one; nil for anything else, such as the access token of a session.
    init?(_ text: String) {
        guard text.hasPrefix(Self.prefix), text.utf8.count == Self.prefix.utf8.count + Self.characterCount else {
            return nil
        }
        self.text = text
    }

    /// What it is found by.
    var hash: [UInt8] { RandomCode.hash(of: text) }

    /// The token encrypted with AES-256-GCM, bound to its account.
    func sealed(for accountID: Int, key: SymmetricKey) throws -> [UInt8] {
        let box = try AES.GCM.seal(Data(text.utf8), using: key, authenticating: Self.binding(accountID))
        // Only a nonce of another length than the usual leaves `combined` out.
        return Array(box.combined ?? Data())
    }

    /// Opens what ``sealed(for:key:)`` closed; nil when it was for another account or by another key.
    init?(sealed: [UInt8], for accountID: Int, key: SymmetricKey) {
        guard let box = try? AES.GCM.SealedBox(combined: Data(sealed)),
            let bytes = try? AES.GCM.open(box, using: key, authenticating: Self.binding(accountID))
        else { return nil }
        self.init(String(decoding: bytes, as: UTF8.self))
    }

    private static func binding(_ accountID: Int) -> Data { Data("account \(accountID)".utf8) }
}
