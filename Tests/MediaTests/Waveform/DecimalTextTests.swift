import Testing

@testable import Media

@Suite struct DecimalTextTests {
    @Test(arguments: [
        (0, "0"), (7, "7"), (-1, "-1"), (1205, "1205"), (.max, "9223372036854775807"), (.min, "-9223372036854775808"),
    ])
    func writesWholeNumbers(number: Int, expected: String) {
        var text: [UInt8] = []
        text.append(decimal: number)
        #expect(String(decoding: text, as: UTF8.self) == expected)
    }

    @Test(arguments: [
        (0, "0"), (10_000, "1"), (-10_000, "-1"), (1, "0.0001"), (-1500, "-0.15"), (123_456, "12.3456"),
        (20_010, "2.001"),
    ])
    func writesFractionsWithoutTrailingZeros(number: Int, expected: String) {
        var text: [UInt8] = []
        text.append(decimal: number, places: 4)
        #expect(String(decoding: text, as: UTF8.self) == expected)
    }
}
