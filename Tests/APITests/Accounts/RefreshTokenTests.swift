import Crypto
import Foundation
import Testing

@testable import API

struct RefreshTokenTests {
    private let key = SymmetricKey(data: Data(repeating: 7, count: 32))
    private let salt = [UInt8](repeating: 9, count: 32)

    @Test(arguments: [(1, 0), (42, 1), (Int.max, Int(Int32.max) - 1)])
    func readsWhatItWrote(session: Int, generation: Int) throws {
        let token = RefreshToken(sessionID: session, generation: generation, salt: salt, key: key)
        let read = try #require(RefreshToken(token.text))
        #expect(read == token)
        #expect(read.sessionID == session && read.generation == generation)
        #expect(read.isGenuine(salt: salt, key: key))
    }

    @Test func successorFollowsFromTheTokenAlone() {
        let token = RefreshToken(sessionID: 5, generation: 3, salt: salt, key: key)
        let successor = token.successor(salt: salt, key: key)
        #expect(successor == RefreshToken(sessionID: 5, generation: 4, salt: salt, key: key))
        #expect(successor == token.successor(salt: salt, key: key))
        #expect(successor.text != token.text)
    }

    @Test func isBoundToSaltAndKey() {
        let token = RefreshToken(sessionID: 5, generation: 3, salt: salt, key: key)
        #expect(!token.isGenuine(salt: [UInt8](repeating: 8, count: 32), key: key))
        #expect(!token.isGenuine(salt: salt, key: SymmetricKey(data: Data(repeating: 6, count: 32))))
    }

    @Test func noChangedBitIsGenuine() throws {
        let bytes = try #require(
            Data(base64URL: RefreshToken(sessionID: 5, generation: 3, salt: salt, key: key).text))
        for index in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[index] ^= 1 << UInt8(bit)
                let token = RefreshToken(changed.base64URL)
                #expect(token?.isGenuine(salt: salt, key: key) != true, "bit \(bit) of byte \(index)")
            }
        }
    }

    @Test(arguments: [
        "", "x", "eyJhbGciOiJIUzI1NiJ9.e30.x", String(repeating: "A", count: 59), String(repeating: "A", count: 10_000),
    ])
    func refusesWhatIsNoToken(_ text: String) {
        #expect(RefreshToken(text) == nil)
    }
}
