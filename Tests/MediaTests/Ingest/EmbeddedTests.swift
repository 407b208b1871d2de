import Foundation
import Testing

@testable import Media

/// Pictures and lyrics inside audio files.
@Suite struct EmbeddedTests {
    private static func picture(_ colour: String, size: String = "1600x800") throws -> String {
        try Reference.make("p.png", ["-f", "lavfi", "-i", "color=\(colour):s=\(size)", "-frames:v", "1"])
    }

    private static let tone = ["-f", "lavfi", "-i", "sine=440:d=1"]

    @Test(arguments: ["a.mp3", "a.flac", "a.m4a", "a.aiff"])
    func takesThePicture(name: String) throws {
        let options = ["-map", "0", "-map", "1", "-c:v", "copy", "-disposition:v", "attached_pic", "-write_id3v2", "1"]
        let path = try Reference.make(
            name,
            Self.tone + ["-i", try Self.picture("red")] + options.prefix(name == "a.aiff" ? 10 : 8))
        let cover = try #require(try Ingest.file(path).cover)
        let header = try #require(PictureHeader(cover))
        #expect((header.width, header.height) == (1200, 600))
    }

    /// A block as FLAC has it, in Base64, is how Ogg carries pictures.
    @Test(arguments: ["a.ogg", "a.opus"]) func takesThePictureOfOgg(name: String) throws {
        let picture = try Reference.bytes(try Self.picture("blue", size: "64x64"))
        func big(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) } }
        let type = Array("image/png".utf8)
        let block =
            big(3) + big(type.count) + type + big(0) + big(64) + big(64) + big(24) + big(0) + big(picture.count)
            + picture
        let codec = name == "a.ogg" ? "libvorbis" : "libopus"
        let path = try Reference.make(
            name,
            Self.tone + ["-c:a", codec, "-metadata", "METADATA_BLOCK_PICTURE=\(Data(block).base64EncodedString())"])
        let cover = try #require(try Ingest.file(path).cover)
        #expect(PictureHeader(cover)?.width == 64)
    }

    @Test func takesTheFrontCoverOfSeveral() throws {
        let pictures = ["-i", try Self.picture("red", size: "64x64"), "-i", try Self.picture("blue", size: "32x32")]
        let maps = ["-map", "0", "-map", "1", "-map", "2", "-c:v", "copy", "-disposition:v", "attached_pic"]
        let names = ["-metadata:s:v:0", "comment=Cover (back)", "-metadata:s:v:1", "comment=Cover (front)"]
        let path = try Reference.make("two.mp3", Self.tone + pictures + maps + names)
        #expect(PictureHeader(try #require(try Ingest.file(path).cover))?.width == 32)
    }

    @Test func aDamagedPictureIsNone() throws {
        let path = try Reference.make(
            "a.mp3",
            Self.tone + ["-i", try Self.picture("red")] + ["-map", "0", "-map", "1", "-c:v", "copy"])
        var bytes = try Reference.bytes(path)
        let place = try #require(bytes.firstRange(of: Array("IHDR".utf8)))
        bytes.replaceSubrange(place.upperBound..<place.upperBound + 4, with: [0x7F, 0xFF, 0xFF, 0xFF])
        let result = try Ingest.file(try Reference.write("damaged.mp3", bytes))
        #expect(result.cover == nil)
        #expect(result.sampleCount > 0)
    }

    private static let verses = "Line one\nLine two: é\n"

    @Test(arguments: [("a.flac", "LYRICS"), ("a.ogg", "UNSYNCEDLYRICS"), ("a.m4a", "lyrics"), ("a.mp3", "lyrics-fra")])
    func takesTheLyrics(name: String, key: String) throws {
        let path = try Reference.make(name, Self.tone + ["-metadata", "\(key)=\(Self.verses)"])
        #expect(try Probe.file(path).tags["lyrics"] == "Line one\nLine two: é")
    }

    /// ID3v2.3 as other programs write it, of which `ffmpeg` only reads.
    @Test func takesTheLyricsOfID3() throws {
        let mp3 = try Reference.bytes(try Reference.make("a.mp3", Self.tone + ["-id3v2_version", "0"]))
        let body = [UInt8](repeating: 3, count: 1) + Array("deu\0".utf8) + Array(Self.verses.utf8)
        let frame = Array("USLT".utf8) + [0, 0, 0, UInt8(body.count), 0, 0] + body
        let tag = Array("ID3".utf8) + [4, 0, 0, 0, 0, 0, UInt8(frame.count)] + frame
        let probe = try Probe.file(try Reference.write("uslt.mp3", tag + mp3))
        #expect(probe.tags["lyrics"] == "Line one\nLine two: é")
    }
}
