import Foundation
import Testing

@testable import Media

@Suite struct AACSegmentEncoderTests {
    private static func source(_ expression: String, channels: Int, seconds: Double = 6.1) throws -> RenditionSource {
        let one = Array(repeating: expression, count: channels).joined(separator: "|")
        let path = try Reference.make(
            "a.wav", ["-f", "lavfi", "-i", "aevalsrc=\(one):s=48000:d=\(seconds)", "-c:a", "pcm_f32le"])
        return try SegmentSources.open(path)
    }

    private static func layout(_ source: RenditionSource, kilobits: Int, channels: Int) -> RenditionLayout {
        RenditionLayout(
            Rendition(codec: .aac(kilobits: kilobits), channels: channels), sampleRate: source.sampleRate,
            sampleCount: source.resampledCount, identity: "a")
    }

    private static func whole(_ layout: RenditionLayout, _ source: RenditionSource) throws -> [UInt8] {
        var bytes = layout.header
        for index in 0..<layout.segmentCount {
            let start = bytes.count
            try SegmentRequest(source: source, layout: layout, index: index).make { piece throws(MediaError) in
                bytes += piece
            }
            #expect(bytes.count - start == layout.bytes(ofSegment: index).count)
        }
        return bytes
    }

    /// Full-scale noise, clicks, noise in bursts, a constant, and what is no number at all.
    @Test(arguments: [
        "2*random(0)-1", "gte(random(0)\\,0.5)*2-1", "eq(mod(n\\,701)\\,0)", "eq(mod(n\\,128)\\,0)*2-1",
        "(2*random(0)-1)*lt(mod(n\\,9000)\\,600)", "1", "if(eq(mod(n\\,5000)\\,3)\\,nan\\,0.3)", "1e30*(random(0)-0.5)",
    ])
    func anythingFitsTheSmallestBudget(expression: String) throws {
        for channels in 1...2 {
            let source = try Self.source(expression, channels: channels)
            let layout = Self.layout(source, kilobits: 64, channels: channels)
            let bytes = try Self.whole(layout, source)
            #expect(Int64(bytes.count) == layout.size)
            let decoded = try Reference.samples(try Reference.write("a.m4a", bytes)).count / channels
            #expect(abs(decoded - Int(source.resampledCount)) <= 2_048)
        }
    }

    @Test(arguments: [1, 1_023, 1_024, 1_025, 280 * 1024, 280 * 1024 + 1, 281 * 1024 + 5])
    func anyLengthIsWhole(samples: Int) throws {
        let path = try Reference.make(
            "a.wav",
            [
                "-f", "lavfi", "-i", "aevalsrc=0.5*sin(600*t)|random(0)-0.5:s=48000", "-af",
                "atrim=end_sample=\(samples)",
            ])
        let source = try SegmentSources.open(path)
        #expect(source.resampledCount == samples)
        let bytes = try Self.whole(Self.layout(source, kilobits: 64, channels: 2), source)
        let decoded = try Reference.samples(try Reference.write("a.m4a", bytes)).count / 2
        #expect(abs(decoded - samples) <= 2_048)
    }

    @Test func nothingAtAllIsAFileToo() throws {
        let some = try SegmentSources.make("48.flac")
        let source = try RenditionSource(
            path: some.path, packetIndex: some.packetIndex, sampleRate: 48_000, channels: 2, sampleCount: 0)
        let layout = Self.layout(source, kilobits: 128, channels: 2)
        let bytes = try Self.whole(layout, source)
        #expect(layout.segmentCount == 1 && Int64(bytes.count) == layout.size)
        try Reference.run("ffprobe", ["-v", "error", try Reference.write("a.m4a", bytes)])
    }

    @Test func whereNothingFitsItIsSilent() throws {
        let source = try Self.source("2*random(0)-1", channels: 2, seconds: 1)
        let samples = try SegmentSamples(source, channels: 2, from: 0, count: 21 * 1024)
        var encoder = AACSegmentEncoder(samples: samples, kilobits: 64, dropped: 0, count: 20)
        let packets = try encoder.encode(within: 20 * 25)
        #expect(packets.sizes.count == 20 && packets.bytes.count <= 20 * 25)
    }

    @Test func theSameSegmentHasTheSameBytes() throws {
        let source = try SegmentSources.make("44.ogg", "-ar 44100 -c:a libvorbis")
        let layout = Self.layout(source, kilobits: 128, channels: 2)
        let whole = try Self.whole(layout, source)
        for index in (0..<layout.segmentCount).reversed() {
            var again: [UInt8] = []
            try SegmentRequest(source: source, layout: layout, index: index).make { again += $0 }
            let place = layout.bytes(ofSegment: index)
            #expect(again == Array(whole[Int(place.lowerBound)..<Int(place.upperBound)]))
        }
    }

    /// At a seam the error of the decode is no higher than elsewhere.
    @Test func seamsAreNotHeard() throws {
        let source = try Self.source(
            "0.3*sin(2*PI*(80*t+40*t*t))+0.2*sin(2*PI*1800*t)+0.1*(random(0)-0.5)", channels: 2, seconds: 19)
        let bytes = try Self.whole(Self.layout(source, kilobits: 128, channels: 2), source)
        let decoded = try Reference.samples(try Reference.write("a.m4a", bytes))
        let wanted = try Reference.samples(source.path)
        var errors: [Double] = []
        for start in stride(from: 0, to: min(decoded.count, wanted.count) - 4_096, by: 4_096) {
            errors.append(
                (start..<start + 4_096).reduce(0.0) { sum, index in
                    let difference = Double(decoded[index]) - Double(wanted[index])
                    return sum + difference * difference
                })
        }
        let typical = errors.sorted()[errors.count * 9 / 10]
        for seam in 1...3 {
            let around = ((seam * 281 - 1) * 2_048 - 4_096) / 4_096
            for block in around...around + 2 { #expect(errors[block] < 1.5 * typical, "seam \(seam)") }
        }
    }
}
