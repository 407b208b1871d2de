import Testing

@testable import API

struct PasswordHashTests {
    /// Small enough for a test; the smallest that Argon2 takes is 8 KiB a lane.
    static let cheap = PasswordHash.Cost(memoryKibibytes: 64, iterations: 1, lanes: 1)

    @Test func costIsTheRecommendedOne() throws {
        let hash = try PasswordHash.make("tr0ub4dor", cost: .recommended)
        #expect(hash.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(hash.utf8.count <= 255)
        #expect(try PasswordHash.verify("tr0ub4dor", against: hash))
    }

    @Test(arguments: ["", "tr0ub4dor", "with\0inside", String(repeating: "é", count: 256), "🎧🎚️"])
    func verifiesWhatItMade(_ password: String) throws {
        let hash = try PasswordHash.make(password, cost: Self.cheap)
        #expect(try PasswordHash.verify(password, against: hash))
        #expect(try !PasswordHash.verify(password + "x", against: hash))
        #expect(try PasswordHash.make(password, cost: Self.cheap) != hash, "every hash has a salt of its own")
    }

    /// From the reference implementation's own tests: the password is `password`, the salt `somesalt`.
    @Test func verifiesAHashMadeElsewhere() throws {
        let hash = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
        #expect(try PasswordHash.verify("password", against: hash))
        #expect(try !PasswordHash.verify("passwore", against: hash))
    }

    @Test func sameTextInAnotherFormIsTheSamePassword() throws {
        let hash = try PasswordHash.make("caf\u{e9} cr\u{e8}me", cost: Self.cheap)
        #expect(try PasswordHash.verify("cafe\u{301} cre\u{300}me", against: hash))
    }

    @Test(arguments: ["", "x", "$argon2id$", "$2b$12$abcdefghijklmnopqrstuv", "$argon2id$v=19$m=64,t=1,p=1$$"])
    func nothingMatchesWhatIsNoHash(_ hash: String) throws {
        #expect(try !PasswordHash.verify("tr0ub4dor", against: hash))
    }

    @Test func decoyIsCheckedLikeAnyOther() throws {
        #expect(try !PasswordHash.verify("tr0ub4dor", against: Self.cheap.decoyHash))
        // Same length and form as a real one, so libargon2 reads it and computes.
        let real = try PasswordHash.make("x", cost: Self.cheap)
        #expect(Self.cheap.decoyHash.utf8.count == real.utf8.count)
    }
}
