import Testing

@testable import Chat

struct CloseCodeTests {
    @Test func codesOfTheProtocolAreInThePrivateRange() {
        for code in [CloseCode.sessionEnded, .banned] { #expect((4000...4999).contains(code.rawValue)) }
    }
}
