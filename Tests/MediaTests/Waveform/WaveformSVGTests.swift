import Foundation
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

@testable import Media

@Suite struct WaveformSVGTests {
    /// Notes elements and attributes.
    private final class Reader: NSObject, XMLParserDelegate {
        var elements: [(name: String, attributes: [String: String])] = []

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String] = [:]
        ) {
            elements.append((name, attributes))
        }
    }

    private func parse(_ bytes: [UInt8]) -> [(name: String, attributes: [String: String])]? {
        let reader = Reader()
        let parser = XMLParser(data: Data(bytes))
        parser.delegate = reader
        return parser.parse() ? reader.elements : nil
    }

    @Test func isOnePathOfTheAskedSizeAndColour() throws {
        var generator = SeededGenerator(seed: 9)
        let samples = WaveformSamples.random(frames: 50_000, channels: 2, using: &generator)
        var options = WaveformOptions()
        options.width = 320
        options.height = 64
        options.color = WaveformColor(red: 1, green: 2, blue: 255, alpha: 128)
        options.channels = .split
        let bytes = WaveformSamples.pyramid(samples, channels: 2).svg(options)
        let elements = try #require(parse(bytes))
        #expect(elements.map(\.name) == ["svg", "path"])
        #expect(elements[0].attributes["width"] == "320")
        #expect(elements[0].attributes["height"] == "64")
        #expect(elements[0].attributes["viewBox"] == "0 0 320 640")
        #expect(elements[1].attributes["fill"] == "#0102ff")
        #expect(elements[1].attributes["fill-opacity"] == "0.502")
        #expect(bytes.count < 320 * 2 * 2 * 8)
    }

    @Test func theOutlineIsExact() throws {
        // Full scale up, silence, full scale down: 3 columns in a height of 20, in tenths.
        var options = WaveformOptions()
        options.width = 3
        options.height = 20
        let samples: [Int16] = [0, 16_384, 0, 0, -32_768, 0]
        let pyramid = WaveformSamples.pyramid(samples, channels: 1, samplesPerPixel: 2)
        let path = try #require(parse(pyramid.svg(options))?.last?.attributes["d"])
        #expect(path == "M0 50l1 45l1 5h1V200h-1l-1-95l-1-5z")
    }
}
