import Crypto
import Testing

@testable import API

struct PersonalTokenTests {
    @Test func readsWhatItWrote() throws {
        let token = PersonalToken()
        #expect(token.text.hasPrefix("talas_") && token.text.count == 38)
        #expect(PersonalToken(token.text) == token)
        #expect(PersonalToken() != token)
        #expect(token.hash.count == 32)
    }

    @Test(arguments: ["", "talas_", "eyJhbGciOiJIUzI1NiJ9.e30.x", "Talas_abcdefghijklmnopqrstuvwxyz234567"])
    func leavesOtherTextsAlone(text: String) { #expect(PersonalToken(text) == nil) }

    @Test func isSealedForOneAccountAndKey() throws {
        let (token, key) = (PersonalToken(), SymmetricKey(size: .bits256))
        let sealed = try token.sealed(for: 1, key: key)
        #expect(PersonalToken(sealed: sealed, for: 1, key: key) == token)
        #expect(PersonalToken(sealed: sealed, for: 2, key: key) == nil)
        #expect(PersonalToken(sealed: sealed, for: 1, key: SymmetricKey(size: .bits256)) == nil)
        #expect(PersonalToken(sealed: [UInt8](sealed.dropLast()), for: 1, key: key) == nil)
    }
}
