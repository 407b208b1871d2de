import Testing

@testable import Media

@Suite struct MP3InfoFrameTests {
    /// The check value of CRC-16/ARC.
    @Test func checksum() { #expect(MP3InfoFrame.checksum(Array("123456789".utf8)) == 0xbb3d) }

    @Test(arguments: RenditionCodec.mp3Ladder, [1, 2]) func isOneFrame(kilobits: Int, channels: Int) {
        let codec = RenditionCodec.mp3(kilobits: kilobits)
        for samples in [Int64(1), 47, 48, 1_199, 1_200, 100_000] {
            let frames = codec.packetCount(samples: samples)
            let frame = MP3InfoFrame(
                kilobits: kilobits, channels: channels, frameCount: frames, sampleCount: samples
            ).bytes
            #expect(frame.count == codec.packetBytes(channels: channels))
            let tag = channels == 2 ? 36 : 21
            #expect(frame[tag..<tag + 4].elementsEqual("Info".utf8))
            let delays = frame[(tag + 141)...].prefix(3).reduce(0) { $0 << 8 | Int64($1) }
            #expect(delays >> 12 == 576)
            // What a player leaves out at both ends, its own delay at the end included, leaves the track.
            #expect(frames * 1_152 - 576 - (delays & 0xfff) == samples)
            #expect(delays & 0xfff >= 529)
        }
    }
}
