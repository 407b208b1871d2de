import Testing

@testable import Media

@Suite struct WaveformPyramidRenderingTests {
    private func options(samplesPerPixel: Int, width: Int? = nil) -> WaveformOptions {
        var options = WaveformOptions()
        options.samplesPerPixel = samplesPerPixel
        options.width = width
        return options
    }

    @Test func picturesAreAlwaysServed() throws {
        let pyramid = WaveformSamples.pyramid(Array(repeating: 3, count: 1000), channels: 1)
        #expect(try pyramid.serves(.png, options(samplesPerPixel: 300)))
        #expect(try pyramid.serves(.svg, options(samplesPerPixel: 300)))
        #expect(try pyramid.serves(.peaks, options(samplesPerPixel: 300, width: 10)))
    }

    @Test(arguments: [WaveformFormat.dat, .json, .peaks])
    func dataFilesAreServedAtMultiplesOfTheBase(format: WaveformFormat) throws {
        let pyramid = WaveformSamples.pyramid(Array(repeating: 3, count: 1000), channels: 1)
        #expect(try pyramid.serves(format, options(samplesPerPixel: 512)))
        #expect(try !pyramid.serves(format, options(samplesPerPixel: 300)))
        #expect { try pyramid.render(format, options(samplesPerPixel: 300)) } throws: {
            ($0 as? MediaError)?.code == .invalidOption
        }
    }

    @Test func aRecordingTooLongForAFineZoomIsRefusedBeforeItIsDecoded() throws {
        let base = WaveformLevel(samplesPerPixel: 256, laneCount: 3, values: [0, 0, 0, 0, 0, 0])
        let pyramid = WaveformPyramid(sampleRate: 44_100, channels: 2, sampleCount: 3 * 3600 * 44_100, base: base)
        #expect { try pyramid.serves(.json, options(samplesPerPixel: 2)) } throws: {
            ($0 as? MediaError)?.code == .limitExceeded
        }
        #expect(try !pyramid.serves(.json, options(samplesPerPixel: 100)))
        #expect(try pyramid.serves(.json, options(samplesPerPixel: 256)))
    }

    @Test func tooMuchAtOnceIsRefused() throws {
        let count = WaveformPyramid.maximumValueCount
        let base = WaveformLevel(samplesPerPixel: 256, laneCount: 1, values: Array(repeating: 0, count: count + 2))
        let pyramid = WaveformPyramid(sampleRate: 44_100, channels: 1, sampleCount: 256 * (count / 2 + 1), base: base)
        #expect { try pyramid.data(WaveformOptions()) } throws: { ($0 as? MediaError)?.code == .limitExceeded }
        #expect(try pyramid.data(options(samplesPerPixel: 512)).length == count / 4 + 1)
    }

    /// A name such as `1.peaks.json` ends in `.json` too.
    @Test func theFirstFormatWhoseExtensionEndsANameIsMeant() {
        let found = WaveformFormat.allCases.first { "1.peaks.json".hasSuffix("." + $0.fileExtension) }
        #expect(found == .peaks)
    }
}
