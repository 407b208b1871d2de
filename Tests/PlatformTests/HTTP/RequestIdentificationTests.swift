import Testing

@testable import Platform

struct RequestIdentificationTests {
    @Test(arguments: ["a", "0f8fad5b-d9cb-469f-a165-70867728950e", "trace_1.2"])
    func takesSaneIds(id: String) {
        #expect(RequestIdentification.sane(id) == id)
    }

    @Test(arguments: ["", "two words", "line\nbreak", "<script>", "ä", String(repeating: "a", count: 129)])
    func makesItsOwnForOthers(id: String) {
        #expect(RequestIdentification.sane(id) == nil)
    }
}
