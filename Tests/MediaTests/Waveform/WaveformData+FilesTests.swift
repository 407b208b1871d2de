import Testing

@testable import Media

/// Bytes written by hand from the description of the format.
@Suite struct WaveformDataFilesTests {
    private static let stereo: [Int16] = [-257, 511, -32768, 32767, 255, -255, 1, -1]

    private func data(_ bits: WaveformOptions.Bits, _ channels: WaveformOptions.Channels) throws -> WaveformData {
        var options = WaveformOptions()
        options.bits = bits
        options.channels = channels
        options.samplesPerPixel = 2
        let pyramid = WaveformSamples.pyramid(Self.stereo, channels: 2, sampleRate: 44_100, samplesPerPixel: 2)
        return try pyramid.data(options)
    }

    @Test func eightBitMonoIsVersionTwo() throws {
        // The mix is 127, 0 | 0, 0: eight bits make 0 of them.
        #expect(
            try data(.eight, .mono).dat() == [
                2, 0, 0, 0, 1, 0, 0, 0, 0x44, 0xAC, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0,
                0, 0, 0, 0,
            ])
    }

    @Test func sixteenBitMonoHasNoFlag() throws {
        #expect(
            try data(.sixteen, .mono).dat() == [
                2, 0, 0, 0, 0, 0, 0, 0, 0x44, 0xAC, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0,
                0, 0, 127, 0, 0, 0, 0, 0,
            ])
    }

    @Test func splitIsVersionTwoWithTheNumberOfChannels() throws {
        // Left −257, −32768 | 255, 1; right 511, 32767 | −255, −1.
        #expect(
            try data(.eight, .split).dat() == [
                2, 0, 0, 0, 1, 0, 0, 0, 0x44, 0xAC, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0,
                0x80, 0xFF, 0x01, 0x7F, 0, 0, 0, 0,
            ])
        #expect(
            try data(.sixteen, .split).dat().suffix(16) == [
                0x00, 0x80, 0xFF, 0xFE, 0xFF, 0x01, 0xFF, 0x7F, 0x01, 0x00, 0xFF, 0x00, 0x01, 0xFF, 0xFF, 0xFF,
            ])
    }

    @Test func jsonIsVersionTwoWithBitsBeforeData() throws {
        #expect(
            String(decoding: try data(.eight, .split).json(), as: UTF8.self)
                == #"{"version":2,"channels":2,"sample_rate":44100,"samples_per_pixel":2,"bits":8,"length":2,"#
                + #""data":[-128,-1,1,127,0,0,0,0]}"# + "\n")
        #expect(
            String(decoding: try data(.sixteen, .mono).json(), as: UTF8.self)
                == #"{"version":2,"channels":1,"sample_rate":44100,"samples_per_pixel":2,"bits":16,"length":2,"#
                + #""data":[0,127,0,0]}"# + "\n")
    }
}
