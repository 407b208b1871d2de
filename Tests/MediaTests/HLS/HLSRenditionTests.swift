import Foundation
import Testing

@testable import Media

@Suite struct HLSRenditionTests {
    private static let codecs: [RenditionCodec] = [.aac(kilobits: 64), .opus(kilobits: 64)]

    private static func rendition(_ codec: RenditionCodec, samples: Int64, channels: Int = 2) -> HLSRendition {
        HLSRendition(
            RenditionLayout(
                Rendition(codec: codec, channels: channels), sampleRate: 44_100, sampleCount: samples, identity: "a"))
    }

    @Test(arguments: codecs) func lengthsAddUpToTheTrack(codec: RenditionCodec) {
        let seed = UInt64.random(in: 0 ... .max)
        var random = Dice(state: seed)
        let lengths: [Int64] =
            [1, 311, 312, 313, 280 * 1_024, 384_000] + (0..<20).map { _ in .random(in: 1...9_000_000, using: &random) }
        for samples in lengths {
            let rendition = Self.rendition(codec, samples: samples)
            let parts = (0..<rendition.layout.segmentCount).map(rendition.sampleCount(ofSegment:))
            #expect(parts.reduce(0, +) == samples, "seed \(seed), \(samples)")
            #expect(parts.allSatisfy { $0 > 0 }, "seed \(seed), \(samples)")
        }
    }

    @Test func playlistsTellEverySample() {
        let rendition = Self.rendition(.aac(kilobits: 128), samples: 300_001)
        let lines = MediaPlaylist(rendition, query: "s=x").text.split(separator: "\n").map(String.init)
        #expect(
            lines == [
                "#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-TARGETDURATION:6", "#EXT-X-MEDIA-SEQUENCE:0",
                "#EXT-X-PLAYLIST-TYPE:VOD", "#EXT-X-INDEPENDENT-SEGMENTS", "#EXT-X-MAP:URI=\"init.mp4?s=x\"",
                "#EXTINF:5.973333333,", "0.m4s?s=x", "#EXTINF:0.276687500,", "1.m4s?s=x", "#EXT-X-ENDLIST",
            ])
        let seconds = (0..<2_000).map { MediaPlaylist.seconds($0 * 997) }
        for (number, text) in seconds.enumerated() {
            #expect(Int(((Double(text) ?? 0) * 48_000).rounded()) == number * 997)
        }
        #expect(MediaPlaylist.targetSeconds([5 * 48_000]) == 5)
        #expect(MediaPlaylist.targetSeconds([5 * 48_000 + 1, 1]) == 6)
    }

    @Test func theMasterOffersEachBitrateOfOneCodec() {
        let offered = MasterPlaylist.ladder.map { Self.rendition(.aac(kilobits: $0), samples: 3_000_000) }
        let text = MasterPlaylist(offered, query: "").text
        for kilobits in MasterPlaylist.ladder {
            #expect(text.contains("\naac-\(kilobits)/index.m3u8\n"))
            #expect(MasterPlaylist.codec(named: "aac-\(kilobits)") == .aac(kilobits: kilobits))
        }
        let peaks = text.matches(of: /:BANDWIDTH=([0-9]+),AVERAGE-BANDWIDTH=([0-9]+),CODECS="mp4a.40.2"/)
        #expect(peaks.count == 3)
        for (peak, kilobits) in zip(peaks, MasterPlaylist.ladder) {
            let (highest, mean) = (Int(peak.1) ?? 0, Int(peak.2) ?? 0)
            #expect((kilobits * 1_000..<kilobits * 1_050).contains(highest))
            #expect(mean <= highest)
        }
        #expect(MasterPlaylist.codec(named: "aac-96") == nil)
        #expect(MasterPlaylist.codec(named: "mp3-128") == nil)
    }

    /// The segments after their initialisation are a file that plays, whole and without gaps.
    @Test(arguments: codecs, [1, 2]) func segmentsAreAFile(codec: RenditionCodec, channels: Int) throws {
        let path = try Reference.make(
            "a.wav", ["-f", "lavfi", "-i", "aevalsrc=0.4*sin(2700*t+50*t*t):s=48000:d=17.3", "-ac", "\(channels)"])
        let source = try SegmentSources.open(path)
        let rendition = Self.rendition(codec, samples: source.resampledCount, channels: channels)
        var bytes = rendition.initialisation
        for index in 0..<rendition.layout.segmentCount {
            var segment: [UInt8] = []
            try SegmentRequest(source: source, layout: rendition.layout, index: index).make { segment += $0 }
            let media = rendition.media(segment: index, bytes: segment)
            #expect(Int64(media.count) == rendition.size(ofSegment: index))
            #expect(rendition.keepsBytes == (media == segment))
            bytes += media
        }
        let decoded = try Reference.samples(try Reference.write("a.mp4", bytes))
        let wanted = try Reference.samples(path)
        #expect(abs(decoded.count - wanted.count) <= 2_048 * channels)
        var (signal, noise) = (0.0, 1.0)
        for (wanted, decoded) in zip(wanted, decoded) {
            signal += Double(wanted) * Double(wanted)
            noise += (Double(wanted) - Double(decoded)) * (Double(wanted) - Double(decoded))
        }
        // A shift of one sample, or a gap at a seam, would be far below.
        #expect(10 * log10(signal / noise) > 20)
    }
}
