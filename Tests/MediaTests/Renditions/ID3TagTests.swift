import Foundation
import Testing

@testable import Media

@Suite struct ID3TagTests {
    @Test func isAlwaysOfOneSize() {
        let long = String(repeating: "é", count: 5_000)
        for tags in [RenditionTags(), RenditionTags(title: "a"), RenditionTags(title: long, artist: long, album: long)]
        {
            #expect(ID3Tag(tags: tags).bytes.count == ID3Tag.sizeBytes)
        }
    }

    @Test func otherProgramsReadIt() throws {
        let frames = try Reference.bytes(
            Reference.make("plain.mp3", ["-f", "lavfi", "-i", "sine=d=0.3", "-id3v2_version", "0"]))
        let tags = RenditionTags(title: "Tönes – 音", artist: "Ann", album: "Album")
        let path = try Reference.write("tagged.mp3", ID3Tag(tags: tags).bytes + frames)
        let report = String(
            decoding: try Reference.run("ffprobe", ["-v", "error", "-show_entries", "format_tags", path]), as: UTF8.self
        )
        for line in ["TAG:title=Tönes – 音", "TAG:artist=Ann", "TAG:album=Album"] {
            #expect(report.contains(line), "\(report)")
        }
    }
}
