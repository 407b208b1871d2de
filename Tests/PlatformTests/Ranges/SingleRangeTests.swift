import Testing

@testable import Platform

struct SingleRangeTests {
    @Test(arguments: [
        ("bytes=0-99", 0..<100), ("bytes=900-2000", 900..<1_000), ("bytes=5-", 5..<1_000), ("bytes=-10", 990..<1_000),
        ("bytes=-5000", 0..<1_000), ("bytes=999-999", 999..<1_000),
    ])
    func slices(field: String, expected: Range<Int64>) {
        #expect(SingleRange.slice(field, size: 1_000) == expected)
    }

    @Test(arguments: [
        "", "bytes=", "bytes=-", "bytes=-0", "bytes=1000-", "bytes=5-4", "bytes=0-1,3-4", "bytes= 0-1", "bytes=0 -1",
        "Bytes=0-1", "lines=0-1", "bytes=0-1 ", "bytes=+1-2", "bytes=0-99999999999999999999",
    ])
    func leavesTheRest(field: String) {
        #expect(SingleRange.slice(field, size: 1_000) == nil)
    }

    @Test func agreesWithTheWholeTruth() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        let characters = Array("0123456789-,= ")
        for _ in 0..<20_000 {
            let tail = (0..<Int.random(in: 0..<9, using: &random)).map { _ in
                characters.randomElement(using: &random) ?? "0"
            }
            let field = "bytes=" + String(tail)
            let size = Int64.random(in: 0..<2_000, using: &random)
            guard let slice = SingleRange.slice(field, size: size) else { continue }
            #expect(RangeSelection.select(range: field, size: size) == .slices([slice]), "seed \(seed), \(field)")
        }
    }
}
