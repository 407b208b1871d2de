import Foundation
import Testing

@testable import Media

/// Pictures are decoded by ffmpeg, which shares no code with libpng's writer.
@Suite struct WaveformPNGTests {
    /// Red, green, blue, opacity of each pixel.
    private func decode(_ png: [UInt8]) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "ffmpeg", "-v", "error", "-f", "png_pipe", "-i", "-", "-f", "rawvideo", "-pix_fmt", "rgba", "-",
        ]
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        // Pictures here are smaller than a pipe's buffer.
        input.fileHandleForWriting.write(Data(png))
        try input.fileHandleForWriting.close()
        let pixels = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return [UInt8](pixels)
    }

    private func size(_ png: [UInt8]) -> [Int] {
        [16, 20].map { png[$0..<$0 + 4].reduce(0) { $0 << 8 | Int($1) } }
    }

    @Test(arguments: [(1, 1), (33, 7), (640, 120)])
    func hasTheAskedSize(width: Int, height: Int) throws {
        var generator = SeededGenerator(seed: 21)
        let samples = WaveformSamples.random(frames: 40_000, channels: 1, using: &generator)
        var options = WaveformOptions()
        options.width = width
        options.height = height
        let png = try WaveformSamples.pyramid(samples, channels: 1).png(options)
        #expect(size(png) == [width, height])
        #expect(try decode(png).count == width * height * 4)
    }

    @Test func theDefaultIsAThousandByAHundredAndForty() throws {
        let png = try WaveformSamples.pyramid([1, 2, 3], channels: 1).png(WaveformOptions())
        #expect(size(png) == [1000, 140])
    }

    @Test func silenceIsALineOnATransparentGround() throws {
        var options = WaveformOptions()
        options.width = 20
        options.height = 11
        options.color = WaveformColor(red: 10, green: 200, blue: 30)
        let pixels = try decode(WaveformSamples.pyramid(Array(repeating: 0, count: 9000), channels: 1).png(options))
        for y in 0..<11 {
            for x in 0..<20 {
                let pixel = Array(pixels[(y * 20 + x) * 4..<(y * 20 + x) * 4 + 4])
                if y == 5 { #expect(pixel == [10, 200, 30, 255]) } else { #expect(pixel[3] == 0) }
            }
        }
    }

    @Test func fullScaleFillsTheHeightAndHasACore() throws {
        var options = WaveformOptions()
        options.width = 10
        options.height = 40
        let samples: [Int16] = (0..<20_000).map { $0.isMultiple(of: 2) ? .max : .min }
        let pixels = try decode(WaveformSamples.pyramid(samples, channels: 1).png(options))
        let opacities = (0..<40).map { pixels[($0 * 10 + 5) * 4 + 3] }
        #expect(opacities.allSatisfy { $0 > 100 })
        #expect(opacities[20] == 255)
        #expect(opacities[2] < 130)
        #expect(zip(opacities, opacities.reversed()).allSatisfy { abs(Int($0) - Int($1)) <= 2 })
    }

    @Test func theOpacityOfTheColourCounts() throws {
        var options = WaveformOptions()
        options.width = 4
        options.height = 5
        options.color = WaveformColor(red: 0, green: 0, blue: 0, alpha: 100)
        let pixels = try decode(WaveformSamples.pyramid(Array(repeating: 0, count: 900), channels: 1).png(options))
        #expect(pixels[(2 * 4 + 1) * 4 + 3] == 100)
    }

    /// Nothing compresses worse than noise; the buffer must hold it at the largest size too.
    @Test func theLargestPictureFits() throws {
        var generator = SeededGenerator(seed: 2)
        let samples = WaveformSamples.random(frames: 256 * 4096 * 4, channels: 1, using: &generator)
        var options = WaveformOptions()
        options.width = 4096
        options.height = 2048
        #expect(try size(WaveformSamples.pyramid(samples, channels: 1).png(options)) == [4096, 2048])
    }
}
