import Testing

@testable import API

struct CommonPasswordsTests {
    @Test(arguments: ["password", "12345678", "correcthorsebatterystaple"])
    func knows(_ password: String) {
        #expect(CommonPasswords.contains(password))
    }

    @Test(arguments: ["", "correct horse battery staple", "pass", "password\n", "securepass123!"])
    func doesNotKnow(_ password: String) {
        #expect(!CommonPasswords.contains(password))
    }
}
