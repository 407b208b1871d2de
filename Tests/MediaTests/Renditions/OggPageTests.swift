import Testing

@testable import Media

@Suite struct OggPageTests {
    @Test(arguments: [(0, [0]), (254, [254]), (255, [255, 0]), (256, [255, 1]), (510, [255, 255, 0])])
    func lacing(bytes: Int, expected: [UInt8]) { #expect(OggPage.lacing(bytes) == expected) }

    /// The check value of this polynomial without reflection, from zero, not inverted.
    @Test func checksum() { #expect(OggChecksum.of(Array("123456789".utf8)[...]) == 0x89a1_897f) }

    @Test func layOut() {
        var bytes: [UInt8] = [9]
        let page = OggPage(flags: .endOfStream, granule: 0x0102, serial: 3, number: 4, packetSizes: [255, 1])
        page.write(Array(repeating: 5, count: 256)[...], to: &bytes)
        #expect(bytes.count == 1 + 27 + 3 + 256)
        #expect(bytes[1...6].elementsEqual(Array("OggS".utf8) + [0, 4]))
        #expect(bytes[7...14].elementsEqual([2, 1, 0, 0, 0, 0, 0, 0]))
        #expect(bytes[27...30].elementsEqual([3, 255, 0, 1]))
    }

    @Test func serialsFollowFromTheIdentity() {
        #expect(OggPage.serial("a") == OggPage.serial("a"))
        #expect(OggPage.serial("a") != OggPage.serial("b"))
    }
}
