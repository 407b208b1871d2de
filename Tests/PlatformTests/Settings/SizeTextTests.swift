import Testing

@testable import Platform

struct SizeTextTests {
    @Test(arguments: [
        ("0", 0), ("10485760", 10_485_760), ("10MB", 10_000_000), ("10MiB", 10_485_760), ("10 mib", 10_485_760),
        ("2GiB", 2_147_483_648), ("5GB", 5_000_000_000), ("3TiB", 3_298_534_883_328), ("7kb", 7_000), ("12B", 12),
    ])
    func reads(text: String, bytes: Int) {
        #expect(SizeText.bytes(text) == bytes)
    }

    @Test(arguments: ["", "MB", "-1", "+1", "1.5GB", "1 000", "10M", "10PB", "99999999999999999999", "9999999999TiB"])
    func refuses(text: String) {
        #expect(SizeText.bytes(text) == nil)
    }

    @Test(arguments: [0, 1, 1_000, 1_024, 10_485_760, 2_147_483_648, 20 << 30, (1 << 40) + 1])
    func readsWhatItWrites(bytes: Int) {
        #expect(SizeText.bytes(SizeText.text(bytes: bytes)) == bytes)
    }
}
