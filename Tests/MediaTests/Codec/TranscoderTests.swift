import Foundation
import Testing

@testable import Media

@Suite struct TranscoderTests {
    /// Most samples by which a container may miss the source's length, at the output's rate.
    private static let tolerance: [TranscodeFormat: Int] = [.mp3: 2, .opus: 2, .aac: 2048, .flac: 0, .wav: 0]

    private func transcode(_ path: String, _ format: TranscodeFormat, kilobits: Int? = nil) throws -> String {
        let output = "\(Reference.folder)/\(UUID().uuidString).\(format.fileExtension)"
        try Transcoder.transcode(input: path, output: output, as: .init(format, kilobits: kilobits))
        return output
    }

    @Test(
        arguments: TranscodeFormat.allCases,
        ["16.wav", "cbr.mp3", "5.1.flac", "192000.flac", "11025.flac", "mono.opus"])
    func keepsTheLength(format: TranscodeFormat, source: String) throws {
        let path = try #require(Format.all.first { $0.name == source }).file()
        let before = try Ingest.file(path)
        let output = try transcode(path, format)
        let after = try Ingest.file(output)
        #expect(after.channels == (format.isLossless ? before.channels : min(2, before.channels)))
        let expected = Double(before.sampleCount) * Double(after.sampleRate) / Double(before.sampleRate)
        #expect(abs(Double(after.sampleCount) - expected) <= Double(try #require(Self.tolerance[format])) + 0.5)
        #expect(after.warnings == [])
        #expect(after.sampleCount == Int64(try Reference.samples(output).count / after.channels))
    }

    @Test(arguments: ["16.wav", "24.wav", "24.flac", "alac.m4a", "a.wv"], [TranscodeFormat.flac, .wav])
    func losslessStaysTheSame(source: String, format: TranscodeFormat) throws {
        let path = try #require(Format.all.first { $0.name == source }).file()
        func samples(_ path: String) throws -> Data {
            try Reference.run("ffmpeg", ["-v", "quiet", "-i", path, "-f", "s24le", "-c:a", "pcm_s24le", "-"])
        }
        #expect(try samples(transcode(path, format)) == samples(path))
    }

    @Test(arguments: TranscodeFormat.allCases) func carriesTags(format: TranscodeFormat) throws {
        let sound = try #require(Format.all.first { $0.name == "a.flac" }).file()
        let path = try Reference.make("a.flac", ["-i", sound, "-metadata", "title=Ωmega", "-metadata", "artist=Me"])
        let tags = try Probe.file(try transcode(path, format)).tags
        #expect(tags["title"] == "Ωmega" && tags["artist"] == "Me")
    }

    @Test func bitratesAreKept() throws {
        let path = try #require(Format.all.first { $0.name == "16.wav" }).file("anoisesrc=d=10:a=0.5:c=pink")
        for (format, kilobits) in [(TranscodeFormat.mp3, 64), (.mp3, 320), (.opus, 64), (.aac, 96)] {
            let bytes = try Reference.bytes(try transcode(path, format, kilobits: kilobits)).count
            let actual = Double(bytes) * 8 / 10 / 1000
            #expect((0.7...1.3).contains(actual / Double(kilobits)), "\(format) \(kilobits): \(actual)")
        }
    }

    @Test(arguments: [
        (TranscodeFormat.mp3, 7), (.mp3, 129), (.opus, 1000), (.aac, 0), (.flac, 800), (.wav, 1411), (.opus, -5),
    ])
    func sillyBitratesAreRefused(format: TranscodeFormat, kilobits: Int) throws {
        let path = try #require(Format.all.first).file()
        let error = #expect(throws: MediaError.self) { _ = try transcode(path, format, kilobits: kilobits) }
        #expect(error?.code == .invalidOption)
    }

    @Test func failureLeavesNothingBehind() throws {
        let folder = "\(Reference.folder)/\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let path = try #require(Format.all.first).file()
        var calls = 0
        #expect(throws: MediaError.self) {
            try Transcoder.transcode(
                input: path, output: "\(folder)/a.mp3", as: .init(.mp3),
                isCancelled: {
                    calls += 1; return calls > 20
                })
        }
        let text = try Reference.write("a.wav", Array("text".utf8))
        #expect(throws: MediaError.self) {
            try Transcoder.transcode(input: text, output: "\(folder)/b.mp3", as: .init(.mp3))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
    }

    @Test func aMixOfManyChannelsDoesNotClip() throws {
        let loud = (0..<6).map { _ in "0.99*sin(440*2*PI*t)" }.joined(separator: "|")
        let source = ["-f", "lavfi", "-i", "aevalsrc=\(loud):s=48000:d=2:c=5.1"]
        let path = try Reference.make("a.flac", source)
        let peak = try #require(try Ingest.file(try transcode(path, .opus, kilobits: 256)).loudness.truePeakDBTP)
        #expect(peak < 0.3)
    }

    /// Long enough for two stretches.
    @Test(arguments: [TranscodeFormat.mp3, .opus]) func givesWhatTheServerGives(format: TranscodeFormat) throws {
        let music =
            "aevalsrc=0.3*sin(2*PI*(80*t+4*t*t))*(0.6+0.4*sin(3*t))+0.4*(random(0)-0.5)*exp(-8*mod(t\\,0.47)):d=84"
        let path = try Reference.make("long.flac", ["-f", "lavfi", "-i", music + ":s=44100"])
        let control = WorkControl(progress: { _ in }, isCancelled: { false })
        let source = try #require(
            try SourceScan.run(path, .declared, limits: MediaLimits(), control: control))
        let codec = try #require(format.renditionCodec(kilobits: 64))
        let rendition = Rendition(codec: codec, channels: 1)
        let hash = String(decoding: try Reference.run("sha256sum", [path]).prefix(64), as: UTF8.self)
        let layout = RenditionLayout(
            rendition, sampleRate: source.sampleRate, sampleCount: source.resampledCount,
            identity: "\(hash)-\(rendition)")
        #expect(RenditionFile.stretches(segmentCount: layout.segmentCount).count == 2)
        var expected = layout.header
        for index in 0..<layout.segmentCount {
            try SegmentRequest(source: source, layout: layout, index: index).make { expected += $0 }
        }
        let output = try Reference.bytes(try transcode(path, format, kilobits: 64))
        // The file may have tags before it.
        #expect(output.suffix(expected.count - layout.header.count) == expected.dropFirst(layout.header.count))
        #expect(Int64(expected.count) == layout.size)
    }

    @Test(arguments: TranscodeFormat.allCases) func hasAsManyChannelsAsAskedFor(format: TranscodeFormat) throws {
        for (name, channels) in [("a.flac", 1), ("5.1.flac", 2), ("mono.opus", 2)] {
            let path = try #require(Format.all.first { $0.name == name }).file()
            let output = "\(Reference.folder)/\(UUID().uuidString).\(format.fileExtension)"
            try Transcoder.transcode(input: path, output: output, as: .init(format, channels: channels))
            #expect(try Probe.file(output).channels == channels)
        }
    }

    @Test(arguments: ["a.flac", "16.wav", "cbr.mp3"]) func filesThatWereCutOffGiveWhatTheyHave(name: String)
        throws
    {
        let path = try #require(Format.all.first { $0.name == name }).file()
        let bytes = try Reference.bytes(path)
        let cut = try Reference.write(name, bytes.prefix(bytes.count * 2 / 3))
        let count = try Ingest.file(cut).sampleCount
        for format in [TranscodeFormat.mp3, .opus, .flac] {
            let after = try Ingest.file(try transcode(cut, format))
            let expected = Double(count) * Double(after.sampleRate) / 44_100
            #expect(abs(Double(after.sampleCount) - expected) <= 2.5, "\(name) \(format)")
        }
    }

    @Test func stretchesTileTheWhole() {
        for count: Int64 in 0..<500 {
            let stretches = RenditionFile.stretches(segmentCount: count)
            #expect(stretches.map(\.count).reduce(0, +) == Int(count))
            #expect(zip(stretches, stretches.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
            #expect(stretches.allSatisfy { Int64($0.count) >= min(RenditionFile.segmentsPerStretch, count) })
        }
    }
}
