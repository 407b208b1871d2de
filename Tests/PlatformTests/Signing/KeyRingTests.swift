import Crypto
import Testing

@testable import Platform

struct KeyRingTests {
    private func bytes(_ secret: String, _ purpose: KeyRing.Purpose) -> [UInt8] {
        KeyRing(secret: Secret(secret)).key(for: purpose).withUnsafeBytes { Array($0) }
    }

    @Test func keysAreStableAndDifferent() {
        let keys = [bytes("a", .signedURLs), bytes("a", .refreshTokens), bytes("b", .signedURLs)]
        #expect(Set(keys).count == 3 && keys.allSatisfy { $0.count == 32 })
        #expect(bytes("a", .signedURLs) == keys[0])
    }

    /// Made with OpenSSL's `kdf`: nodes of other versions have to derive the same.
    @Test func isHKDFWithSHA256() {
        #expect(
            bytes("0123456789abcdef0123456789abcdef", .signedURLs) == [
                0x28, 0xBD, 0x98, 0x78, 0x5C, 0xA2, 0x9B, 0xB0, 0x60, 0x52, 0x3B, 0x0E, 0x6B, 0x5E, 0xBF, 0xCD,
                0xC8, 0x1A, 0xF4, 0x48, 0xB6, 0xB3, 0x2F, 0x04, 0xA2, 0x10, 0xE2, 0x7B, 0x6E, 0x91, 0xD9, 0xED,
            ])
    }
}
