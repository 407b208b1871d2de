import Foundation
import Media
import Testing

@Suite struct IngestTests {
    @Test(arguments: Format.all)
    func equalsAFullDecode(format: Format) throws {
        let path = try format.file()
        let expected = try Reference.samples(path)
        let result = try Ingest.file(path)
        #expect(result.sampleCount == Int64(expected.count / result.channels))
        #expect(result.warnings == [])
        #expect(result.probe.container == format.container)
        #expect(result.probe.codec == format.codec)
        #expect(result.probe.fileExtension == format.fileExtension)
        try expectWaveform(result.waveform, of: expected, channels: result.channels, samplesPerPixel: 256)
        #expect(try PacketIndex(serialised: result.packetIndex.serialised()) == result.packetIndex)
        #expect(result.packetIndex.sampleCount == result.sampleCount)
        expectCountsAddUp(result.packetIndex)
    }

    private func expectCountsAddUp(_ index: PacketIndex) {
        var next: Int64 = 0
        for number in 0..<index.count {
            #expect(index[number].firstSample == next)
            next += Int64(index[number].sampleCount)
        }
        #expect(next <= index.sampleCount && next > index.sampleCount - 8192)
    }

    @Test(arguments: [2, 100, 256, 1000, 65_536], ["a.flac", "a.opus", "vbr.mp3"])
    func waveformEqualsItsDefinition(samplesPerPixel: Int, name: String) throws {
        let format = try #require(Format.all.first { $0.name == name })
        let path = try format.file()
        let pyramid = try Waveform.file(path, samplesPerPixel: samplesPerPixel)
        try expectWaveform(pyramid, of: Reference.samples(path), channels: 2, samplesPerPixel: samplesPerPixel)
    }

    @Test func packetsOfDirectFormatsLieWhereTheIndexSays() throws {
        let path = try #require(Format.all.first { $0.name == "noxing.mp3" || $0.name == "cbr.mp3" }).file()
        let bytes = try Reference.bytes(path)
        let index = try Ingest.file(path).packetIndex
        for number in 0..<index.count {
            let entry = index[number]
            #expect(bytes[Int(entry.position)] == 0xFF && bytes[Int(entry.position) + 1] & 0xE0 == 0xE0)
            #expect(Int(entry.position) + entry.sizeBytes <= bytes.count)
        }
    }

    @Test func aCoverIsNoVideo() throws {
        let picture = try Reference.make("c.png", ["-f", "lavfi", "-i", "color=red:s=64x64", "-frames:v", "1"])
        let sound = try #require(Format.all.first { $0.name == "a.flac" }).file()
        for name in ["a.mp3", "a.flac", "a.m4a"] {
            let path = try Reference.make(
                name,
                [
                    "-i", sound, "-i", picture, "-map", "0", "-map", "1", "-c:v", "copy", "-disposition:v",
                    "attached_pic",
                ])
            let result = try Ingest.file(path)
            #expect(result.probe.hasCover)
            #expect(result.sampleCount == Int64(try Reference.samples(path).count / 2))
        }
    }

    @Test func aRateThatChangesIsConvertedToTheFirst() throws {
        var bytes: [UInt8] = []
        for rate in [44_100, 22_050] {
            let sine = ["-f", "lavfi", "-i", "sine=440:d=2:r=\(rate)", "-b:a", "64k"]
            let path = try Reference.make("a.aac", sine)
            bytes += try Reference.bytes(path)
        }
        let result = try Ingest.file(try Reference.write("joined.aac", bytes))
        #expect(result.sampleRate == 44_100)
        #expect(abs(result.durationMilliseconds - 4000) < 200)
        #expect(result.warnings == ["format-changed"])
    }

    @Test func progressGrowsToOne() throws {
        var told: [Double] = []
        _ = try Ingest.file(try #require(Format.all.first).file()) { told.append($0) }
        #expect(told == told.sorted())
        #expect(told.last == 1)
        #expect(told.count > 10)
    }

    @Test func stopsWhenAsked() throws {
        let path = try #require(Format.all.first).file()
        var calls = 0
        let error = #expect(throws: MediaError.self) {
            _ = try Ingest.file(
                path,
                isCancelled: {
                    calls += 1; return calls > 5
                })
        }
        #expect(error?.code == .cancelled)
        #expect(calls == 6)
    }
}

/// Checks a waveform against minima and maxima computed here from the samples.
func expectWaveform(
    _ pyramid: WaveformPyramid, of samples: [Int16], channels: Int, samplesPerPixel: Int,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let frames = samples.count / channels
    var mono: [Int16] = []
    var split: [Int16] = []
    for start in stride(from: 0, to: frames, by: samplesPerPixel) {
        let pixel = start..<min(start + samplesPerPixel, frames)
        let means = pixel.map { frame in
            (0..<channels).reduce(0) { $0 + Int(samples[frame * channels + $1]) } / channels
        }
        mono += [means.min(), means.max()].compactMap { $0.map { Int16($0) } }
        for channel in 0..<channels {
            let values = pixel.map { samples[$0 * channels + channel] }
            split += [values.min(), values.max()].compactMap { $0 }
        }
    }
    var options = WaveformOptions()
    options.samplesPerPixel = samplesPerPixel
    options.bits = .sixteen
    #expect(try pyramid.data(options).values == mono, sourceLocation: sourceLocation)
    options.channels = .split
    #expect(try pyramid.data(options).values == split, sourceLocation: sourceLocation)
    options.bits = .eight
    let bytes = try pyramid.data(options).dat().dropFirst(24)
    #expect(bytes.map { Int8(bitPattern: $0) } == split.map { Int8($0 / 256) }, sourceLocation: sourceLocation)
}
