import Testing

@testable import Media

@Suite struct WaveformPyramidSerialisationTests {
    private static func example(channels: Int = 2) -> WaveformPyramid {
        var generator = SeededGenerator(seed: 11)
        let samples = WaveformSamples.random(frames: 2000, channels: channels, using: &generator)
        return WaveformSamples.pyramid(samples, channels: channels)
    }

    @Test(arguments: [1, 2, 6])
    func comesBackAsItWas(channels: Int) throws {
        let pyramid = Self.example(channels: channels)
        #expect(try WaveformPyramid(serialised: pyramid.serialised()) == pyramid)
    }

    @Test func anEmptyOneComesBack() throws {
        let pyramid = WaveformSamples.pyramid([], channels: 1)
        #expect(try WaveformPyramid(serialised: pyramid.serialised()) == pyramid)
    }

    @Test func everyTornFileIsRefused() {
        let bytes = Self.example().serialised()
        for count in 0..<bytes.count { expectDamaged(Array(bytes.prefix(count))) }
        expectDamaged(bytes + [0])
    }

    @Test func everyAlteredByteIsNoticed() {
        let bytes = Self.example().serialised()
        for index in bytes.indices {
            var altered = bytes
            altered[index] ^= 0x10
            expectDamaged(altered)
        }
    }

    /// A checksum proves nothing about who wrote it: impossible fields must be refused, not believed.
    @Test(
        arguments: [
            (4, [2, 0, 0, 0]), (8, [0, 0, 0, 0]), (8, [0, 0, 0, 0x80]), (12, [0, 0, 0, 0]), (12, [1, 0, 0, 0]),
            (12, [0xFF, 0xFF, 0xFF, 0xFF]), (16, [0, 0, 0, 0]), (16, [1, 0, 0, 0]), (20, [0, 0, 0, 0]),
            (20, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]),
            (20, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]),
        ] as [(Int, [UInt8])])
    func liesWithARightChecksumAreRefused(offset: Int, field: [UInt8]) {
        var bytes = Self.example().serialised()
        bytes.replaceSubrange(offset..<offset + field.count, with: field)
        bytes.replaceSubrange(28..<36, with: WaveformPyramid.checksum(of: bytes))
        expectDamaged(bytes)
    }

    @Test func noiseIsRefused() {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            var bytes = (0..<Int.random(in: 0...200, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            bytes.replaceSubrange(0..<min(4, bytes.count), with: Array("TWFP".utf8).prefix(bytes.count))
            expectDamaged(bytes)
        }
    }

    private func expectDamaged(_ bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(sourceLocation: sourceLocation) {
            try WaveformPyramid(serialised: bytes)
        } throws: { ($0 as? MediaError)?.code == .unreadable }
    }
}
