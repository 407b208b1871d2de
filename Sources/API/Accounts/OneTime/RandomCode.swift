import Crypto
import Foundation

/// Texts that nobody guesses, and what they are kept by.
enum RandomCode {
    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567")

    /// Lower-case base32 (RFC 4648 §6), 5 bits a character: easy to type on a telephone.
    static func base32(characters count: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        return String((0..<count).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] })
    }

    /// SHA-256: enough for what has more than 100 random bits.
    static func hash(of text: String) -> [UInt8] { Array(SHA256.hash(data: Data(text.utf8))) }
}
