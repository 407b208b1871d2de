import Foundation
import Testing

@testable import Media

@Suite struct MovieHeaderTests {
    /// Paths of all boxes, those of a movie and its parts opened; nil where lengths do not add up.
    private static func boxes(_ bytes: ArraySlice<UInt8>, in path: String = "") -> [String]? {
        let containers: Set = ["moov", "trak", "edts", "mdia", "minf", "dinf", "stbl", "mvex", "udta", "moof", "traf"]
        var (found, rest): ([String], ArraySlice<UInt8>) = ([], bytes)
        while !rest.isEmpty {
            guard rest.count >= 8 else { return nil }
            let size = Int(rest.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
            let type = String(decoding: rest.dropFirst(4).prefix(4), as: UTF8.self)
            guard size >= 8, size <= rest.count else { return nil }
            found.append(path + type)
            if containers.contains(type) {
                guard let inner = boxes(rest.prefix(size).dropFirst(8), in: "\(path)\(type)/") else { return nil }
                found += inner
            }
            rest = rest.dropFirst(size)
        }
        return found
    }

    private static func header(_ codec: RenditionCodec, tags: RenditionTags = RenditionTags()) -> [UInt8] {
        MovieHeader(
            rendition: Rendition(codec: codec, channels: 2), sampleCount: 100_000, tags: tags
        ).bytes
    }

    @Test(arguments: [RenditionCodec.aac(kilobits: 128), .opus(kilobits: 128)])
    func boxesAreThoseOfAFragmentedFile(codec: RenditionCodec) throws {
        let found = try #require(Self.boxes(Self.header(codec)[...]))
        #expect(Array(found.prefix(3)) == ["ftyp", "moov", "moov/mvhd"])
        for path in [
            "moov/trak/tkhd", "moov/trak/edts/elst", "moov/trak/mdia/mdhd", "moov/trak/mdia/minf/stbl/stsd",
            "moov/mvex/mehd", "moov/mvex/trex", "moov/udta/meta",
        ] { #expect(found.contains(path), "\(path)") }
    }

    @Test func fragmentsTellTheirOwnLength() throws {
        for sizes in [[], [3], [1, 2, 3]] {
            let fragment = MovieFragment(
                index: 7, decodeTime: 1 << 40, packetCount: sizes.count, packetSizes: sizes)
            let bytes = fragment.bytes(Array(repeating: 9, count: 6))
            let overhead = MovieFragment.overheadBytes(packetCount: sizes.count, tellsSizes: !sizes.isEmpty)
            #expect(bytes.count == overhead + 6)
            let paths = [
                "moof", "moof/mfhd", "moof/traf", "moof/traf/tfhd", "moof/traf/tfdt", "moof/traf/trun", "mdat",
            ]
            #expect(Self.boxes(bytes[...]) == paths)
        }
    }

    @Test func tagsAreReadBackAndMoveNothing() throws {
        let long = String(repeating: "€", count: 2_000)
        let plain = Self.header(.aac(kilobits: 64))
        let tagged = Self.header(.aac(kilobits: 64), tags: RenditionTags(title: "Tönes", artist: "Ann", album: long))
        #expect(plain.count == tagged.count)
        let path = try Reference.write("a.m4a", tagged)
        let report = try Reference.run("ffprobe", ["-v", "quiet", "-show_entries", "format_tags", path])
        let text = String(decoding: report, as: UTF8.self)
        #expect(text.contains("TAG:title=Tönes\n"))
        #expect(text.contains("TAG:artist=Ann\n"))
        #expect(text.contains("TAG:album=" + String(repeating: "€", count: 333) + "\n"))
        // 101,024 samples take 99 packets.
        #expect(text.contains("TAG:iTunSMPB= 00000000 00000400 00000160 00000000000186A0 "))
    }
}
