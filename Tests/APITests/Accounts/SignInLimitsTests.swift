import HTTPTypes
import Platform
import Testing

@testable import API

struct SignInLimitsTests {
    private let limits = SignInLimits(firstDelay: .seconds(60))

    private func isAdmitted(_ email: String?, _ address: String, isKnown: Bool = false) async -> Bool {
        await problemCode { try await limits.admit(.init(email: email, address: address)) { isKnown } } == nil
    }

    private func fail(_ count: Int, _ email: (Int) -> String?, _ address: (Int) -> String) {
        for index in 0..<count { limits.failed(.init(email: email(index), address: address(index))) }
    }

    @Test func someFailuresAreFree() async {
        fail(5, { _ in "john@example.com" }, { _ in "192.0.2.1" })
        #expect(await isAdmitted("john@example.com", "192.0.2.1"))
        fail(1, { _ in "JOHN@example.com" }, { _ in "192.0.2.1" })
        #expect(await !isAdmitted("john@example.com", "192.0.2.1"))
        #expect(await isAdmitted("john@example.com", "192.0.2.2"))
        #expect(await isAdmitted("jack@example.com", "192.0.2.1"))
    }

    @Test func saysHowLongToWait() async {
        fail(6, { _ in "john@example.com" }, { _ in "192.0.2.1" })
        let problem = await #expect(throws: Problem.self) {
            try await limits.admit(.init(email: "john@example.com", address: "192.0.2.1")) { false }
        }
        #expect(problem?.status == .tooManyRequests)
        #expect((1...61).contains(problem?.headers[.retryAfter].flatMap { Int($0) } ?? 0))
    }

    @Test func manyAddressesGuessingAtOneAccountLeaveItsOwnerIn() async {
        fail(11, { _ in "john@example.com" }, { "192.0.2.\($0)" })
        #expect(await !isAdmitted("john@example.com", "198.51.100.1"))
        #expect(await isAdmitted("john@example.com", "198.51.100.1", isKnown: true))
        #expect(await isAdmitted("jack@example.com", "198.51.100.1"))
    }

    @Test func oneAddressTryingManyAccountsIsSlowedDown() async {
        fail(31, { "user\($0)@example.com" }, { _ in "192.0.2.1" })
        #expect(await !isAdmitted("jack@example.com", "192.0.2.1", isKnown: true))
        #expect(await isAdmitted("jack@example.com", "192.0.2.2"))
    }

    @Test func addressesOfOneNetworkCountTogether() async {
        fail(31, { "user\($0)@example.com" }, { "2001:db8:1:2::\($0 + 1)" })
        #expect(await !isAdmitted("jack@example.com", "2001:db8:1:2:ffff::1"))
        #expect(await isAdmitted("jack@example.com", "2001:db8:1:3::1"))
    }

    @Test func whatIsNoAddressCountsTogether() async {
        fail(11, { _ in nil }, { "192.0.2.\($0)" })
        #expect(await !isAdmitted(nil, "198.51.100.1"))
    }

    @Test func successClearsOnesOwnFailures() async {
        fail(6, { _ in "john@example.com" }, { _ in "192.0.2.1" })
        limits.succeeded(.init(email: "john@example.com", address: "192.0.2.1"))
        #expect(await isAdmitted("john@example.com", "192.0.2.1"))
    }
}
