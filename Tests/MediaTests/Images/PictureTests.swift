import Foundation
import Testing

@testable import Media

@Suite struct PictureTests {
    /// Width and height of a JPEG, and the colours at four places of it.
    private func look(_ jpeg: [UInt8]) throws -> (width: Int, height: Int, pixels: [[UInt8]]) {
        let header = try #require(PictureHeader(jpeg))
        #expect(header.format == .jpeg)
        let path = try Reference.write("p.jpg", jpeg)
        let data = [UInt8](
            try Reference.run("ffmpeg", ["-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]))
        func pixel(_ x: Double, _ y: Double) -> [UInt8] {
            let place = (Int(y * Double(header.height)) * header.width + Int(x * Double(header.width))) * 3
            return Array(data[place..<place + 3])
        }
        return (
            header.width, header.height, [pixel(0.2, 0.2), pixel(0.8, 0.2), pixel(0.2, 0.8), pixel(0.8, 0.8)]
        )
    }

    private func expectColours(
        _ pixels: [[UInt8]], _ expected: [[Int]], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        for (pixel, colour) in zip(pixels, expected) {
            for (value, wanted) in zip(pixel, colour) {
                #expect(abs(Int(value) - wanted) < 12, "\(pixels)", sourceLocation: sourceLocation)
            }
        }
    }

    /// Quarters of red, green, blue and grey.
    private static func quarters(_ width: Int, _ height: Int) -> String {
        let half = "x=\(width / 2):y=\(height / 2):w=iw/2:h=ih/2:t=fill"
        return "color=red:s=\(width)x\(height),format=rgb24,drawbox=x=\(width / 2):y=0:w=iw/2:h=ih/2:c=lime:t=fill,"
            + "drawbox=x=0:y=\(height / 2):w=iw/2:h=ih/2:c=blue:t=fill,drawbox=c=gray:\(half)"
    }

    private static let colours = [[254, 0, 0], [0, 255, 0], [0, 0, 254], [128, 128, 128]]

    private func picture(_ name: String, _ options: [String] = [], width: Int = 400, height: Int = 200) throws
        -> [UInt8]
    {
        try Reference.bytes(
            try Reference.make(
                name, ["-f", "lavfi", "-i", Self.quarters(width, height), "-frames:v", "1"] + options))
    }

    @Test(arguments: [
        ("a.png", "-pix_fmt rgb24"), ("16.png", "-pix_fmt rgb48be"), ("alpha.png", "-pix_fmt rgba"),
        ("a.jpg", "-q:v 2 -pix_fmt yuvj444p"), ("420.jpg", "-q:v 2 -pix_fmt yuvj420p"),
    ])
    func readsEveryKind(name: String, options: String) throws {
        let bytes = try picture(name, options.split(separator: " ").map(String.init))
        let small = try look(try Picture.jpeg(bytes, .within(100)))
        #expect((small.width, small.height) == (100, 50))
        expectColours(small.pixels, Self.colours)
        let same = try look(try Picture.jpeg(bytes, .within(1200)))
        #expect((same.width, same.height) == (400, 200))
        expectColours(same.pixels, Self.colours)
        let square = try look(try Picture.jpeg(bytes, .square(512)))
        #expect((square.width, square.height) == (512, 512))
        expectColours(square.pixels, Self.colours)
    }

    @Test(arguments: [["-q", "90"], ["-lossless"]])
    func readsWebP(options: [String]) throws {
        let png = try Reference.write("a.png", try picture("a.png"))
        let path = "\(Reference.folder)/\(UUID().uuidString).webp"
        try Reference.run("cwebp", ["-quiet"] + options + [png, "-o", path])
        let bytes = try Reference.bytes(path)
        #expect(PictureHeader(bytes)?.width == 400)
        let small = try look(try Picture.jpeg(bytes, .within(100)))
        #expect((small.width, small.height) == (100, 50))
        expectColours(small.pixels, Self.colours)
    }

    @Test func laysTransparencyOnWhite() throws {
        let path = try Reference.make(
            "t.png", ["-f", "lavfi", "-i", "color=red@0.0:s=64x64,format=rgba", "-frames:v", "1"])
        let seen = try look(try Picture.jpeg(try Reference.bytes(path), .within(64)))
        expectColours(seen.pixels, Array(repeating: [255, 255, 255], count: 4))
    }

    @Test(arguments: 1...8) func turnsAsItsExifSays(orientation: Int) throws {
        let jpeg = try picture("a.jpg", ["-q:v", "2"])
        // A TIFF header and one tag, after the start of the image.
        let exif: [UInt8] =
            [0xFF, 0xE1, 0, 34] + Array("Exif\0\0".utf8) + [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3]
            + [0, 0, 0, 1, 0, UInt8(orientation), 0, 0, 0, 0, 0, 0]
        let turned = try look(try Picture.jpeg(Array(jpeg.prefix(2)) + exif + jpeg.dropFirst(2), .within(400)))
        #expect((turned.width, turned.height) == (orientation < 5 ? (400, 200) : (200, 400)))
        let places = [
            [0, 1, 2, 3], [1, 0, 3, 2], [3, 2, 1, 0], [2, 3, 0, 1], [0, 2, 1, 3], [2, 0, 3, 1], [3, 1, 2, 0],
            [1, 3, 0, 2],
        ][orientation - 1]
        expectColours(turned.pixels, places.map { Self.colours[$0] })
    }

    @Test func carriesNoMetadata() throws {
        let jpeg = try Picture.jpeg(try picture("a.png", ["-metadata", "comment=secret"]), .within(100))
        let text = String(decoding: jpeg, as: UTF8.self)
        #expect(!text.contains("secret"))
        #expect(!text.contains("Lavc"))
        #expect(try Picture.jpeg(try picture("a.png"), .within(100)) == jpeg)
    }

    @Test func refusesBombsByWhatTheyDeclare() throws {
        var png = try picture("a.png")
        png.replaceSubrange(16..<24, with: [0, 0, 0x4E, 0x20, 0, 0, 0x4E, 0x20])
        let error = #expect(throws: MediaError.self) { _ = try Picture.jpeg(png, .within(600)) }
        #expect(error?.code == .limitExceeded)
        let large = [UInt8](repeating: 0, count: Picture.maximumBytes + 1)
        #expect(#expect(throws: MediaError.self) { _ = try Picture.jpeg(large, .within(600)) }?.code == .tooLarge)
    }

    @Test func refusesWhatIsNoPicture() throws {
        let gif = try picture("a.gif")
        for bytes in [Array("not a picture".utf8), gif, [], [0xFF, 0xD8, 0xFF]] {
            let error = #expect(throws: MediaError.self) { _ = try Picture.jpeg(bytes, .within(600)) }
            #expect(error?.code == .unsupportedCodec)
        }
        #expect(#expect(throws: MediaError.self) { _ = try Picture.jpeg(gif, .within(0)) }?.code == .invalidOption)
    }

    /// Nothing of this may crash; most of it is refused.
    @Test(arguments: ["a.png", "a.jpg"]) func survivesDamage(name: String) throws {
        let bytes = try picture(name, width: 64, height: 64)
        let seed = UInt64.random(in: 0 ... .max)
        var state = seed | 1
        for _ in 0..<300 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            var damaged = bytes
            damaged[Int(state % UInt64(bytes.count))] ^= UInt8(truncatingIfNeeded: state >> 40) | 1
            if state >> 32 & 3 == 0 { damaged.removeLast(Int(state >> 34) % bytes.count) }
            guard let jpeg = try? Picture.jpeg(damaged, .square(32)) else { continue }
            #expect(PictureHeader(jpeg)?.width == 32, "seed \(seed)")
        }
    }

    @Test(arguments: [(3000, 20), (20, 3000)]) func keepsAtLeastAPixel(width: Int, height: Int) throws {
        let bytes = try picture("a.png", width: width, height: height)
        let header = try #require(PictureHeader(try Picture.jpeg(bytes, .within(64))))
        #expect(max(header.width, header.height) == 64)
        #expect(min(header.width, header.height) == 1)
    }
}
