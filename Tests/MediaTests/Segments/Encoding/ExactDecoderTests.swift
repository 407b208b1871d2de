import Testing

@testable import Media

@Suite struct ExactDecoderTests {
    /// 16-bit samples from one on, as far as `limit` samples per channel.
    private func decode(_ source: RenditionSource, from sample: Int64, limit: Int) throws -> [Int16] {
        var decoder = try ExactDecoder(source, from: sample, fromBeginning: false)
        let layout = ChannelLayout(channels: source.channels)
        var converter = FrameConverter(
            output: AudioFormat(sampleRate: source.sampleRate, layout: layout, encoding: .int16))
        let frame = try Frame()
        var samples: [Int16] = []
        while samples.count < limit * source.channels {
            guard try decoder.next(into: frame) == .ready else { break }
            try converter.convert(frame) { part throws(MediaError) in samples += part.interleavedInt16 }
        }
        return Array(samples.prefix(limit * source.channels))
    }

    /// AAC without noise substitution, which makes noise of its own in every decode.
    private static let formats =
        Format.all.filter { $0.codec != "aac" && !$0.name.hasPrefix("5.1") && !$0.arguments.contains("-ar") } + [
            Format("a.m4a", "-aac_pns 0", "mp4", "aac", "m4a"), Format("a.aac", "-aac_pns 0", "aac", "aac", "aac"),
        ]

    @Test(arguments: formats)
    func anySampleIsThatOfALinearDecode(format: Format) throws {
        let noise = "aevalsrc=0.4*sin(440*2*PI*t)+0.2*random(0)-0.1|0.5*sin(997*2*PI*t)*sin(3*t):s=44100:d=2.9"
        let source = try SegmentSources.open(try format.file(noise))
        let all = try Reference.samples(source.path)
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        let index = source.packetIndex
        var targets: [Int64] = [0, 1, source.sampleCount - 1, source.sampleCount]
        for _ in 0..<4 {
            let boundary = index[Int.random(in: 0..<index.count, using: &generator)].firstSample
            targets += [
                boundary - 1, boundary, boundary + 1, Int64.random(in: 0..<source.sampleCount, using: &generator),
            ]
        }
        for target in targets where target >= 0 {
            let expected = all.dropFirst(Int(target) * source.channels).prefix(3000 * source.channels)
            let decoded = try decode(source, from: target, limit: 3000)
            #expect(decoded == Array(expected), "\(format.name) from \(target), seed \(seed)")
        }
    }

    @Test(arguments: ["silent.ogg", "silent.opus", "silent.mka"])
    func silenceIsFoundAmongSilence(name: String) throws {
        let gap = "aevalsrc=0.4*sin(440*2*PI*t)*(lt(t\\,3)+gt(t\\,14)):s=48000:d=16"
        let codec = name.hasSuffix("ogg") ? "libvorbis" : "libopus"
        let source = try SegmentSources.open(
            try Reference.make(name, ["-f", "lavfi", "-i", gap, "-ac", "2", "-c:a", codec]))
        let all = try Reference.samples(source.path)
        for target in stride(from: Int64(1), to: source.sampleCount, by: 70_001) {
            let decoded = try decode(source, from: target, limit: 2000)
            #expect(decoded == Array(all.dropFirst(Int(target) * 2).prefix(4000)), "\(name) from \(target)")
        }
    }
}
