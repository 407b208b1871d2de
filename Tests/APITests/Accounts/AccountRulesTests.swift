import Testing

@testable import API

struct AccountRulesTests {
    @Test(arguments: ["abc", "john_doe", "A.b-C_9", String(repeating: "x", count: 50), "123"])
    func takesUsername(_ username: String) {
        #expect(AccountRules.problem(username: username) == nil)
    }

    @Test(arguments: [
        "", "ab", String(repeating: "x", count: 51), "john doe", "jöhn", "a/b/c", "abc\0", "abc\n", "@abc", "аbc",
        "abc‮",
    ])
    func refusesUsername(_ username: String) {
        #expect(AccountRules.problem(username: username) != nil)
    }

    @Test(arguments: [
        "john@example.com", "j@e.fr", "a.b+tag@sub.example.co.uk", "x_y-z@exa-mple.org", "o'hara@example.org",
        "josé@exämple.fr", "1@2.com", "\(String(repeating: "a", count: 64))@example.com",
    ])
    func takesEmail(_ email: String) {
        #expect(AccountRules.problem(email: email) == nil)
    }

    @Test(arguments: [
        "", "john", "john@", "@example.com", "john@localhost", "john@example.", "john@.com", "john@ex ample.com",
        "jo hn@example.com", "john..doe@example.com", ".john@example.com", "john.@example.com", "john@-example.com",
        "john@example-.com", "john@example.com\n", "john\0@example.com", "a@b@example.com", "<john@example.com>",
        "john@exam_ple.com", "\(String(repeating: "a", count: 65))@example.com",
        "a@\(String(repeating: "b", count: 64)).com", "a@\(String(repeating: "bcdefgh.", count: 13))com",
    ])
    func refusesEmail(_ email: String) {
        #expect(AccountRules.problem(email: email) != nil)
    }

    @Test(arguments: ["SecurePass123!", "tr0ub4dor", String(repeating: "x", count: 256), "пароль-пароль", "        ok"])
    func takesPassword(_ password: String) {
        #expect(AccountRules.problem(password: password, username: "john", email: "john@example.com") == nil)
    }

    @Test(arguments: [
        "", "short12", String(repeating: "x", count: 257), "John_Doe_1", "JOHN@example.com", "password", "PASSWORD1",
        "12345678", "qwertyuiop", "azertyuiop", "iloveyou", "motdepasse",
    ])
    func refusesPassword(_ password: String) {
        #expect(
            AccountRules.problem(password: password, username: "john_doe_1", email: "john@example.com") != nil)
    }

    @Test func namesEveryField() {
        let problems = AccountRules.problems(username: nil, email: "nobody", password: "short")
        #expect(Set(problems.keys) == ["username", "email", "password"])
        #expect(AccountRules.problems(username: "john", email: "j@example.com", password: "tr0ub4dor").isEmpty)
    }
}
