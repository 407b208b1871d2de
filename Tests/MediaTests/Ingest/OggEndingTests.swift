import Testing

@testable import Media

@Suite struct OggEndingTests {
    private func page(flags: UInt8, body: [UInt8]) -> [UInt8] {
        Array("OggS".utf8) + [0, flags] + [UInt8](repeating: 0, count: 20) + [1, UInt8(body.count)] + body
    }

    @Test func wantsAWholeLastPage() {
        let first = page(flags: 2, body: [1, 2, 3])
        let last = page(flags: 4, body: [4, 5, 6, 7])
        #expect(!OggEnding.isEndMissing(first + last))
        #expect(OggEnding.isEndMissing(first))
        for cut in 1..<last.count { #expect(OggEnding.isEndMissing((first + last).dropLast(cut).map { $0 })) }
        #expect(OggEnding.isEndMissing([]))
    }
}
