import Foundation
import Testing

@testable import Media

@Suite struct LoudnessTests {
    @Test(arguments: [
        "aevalsrc=0.4*sin(440*2*PI*t)|0.2*sin(997*2*PI*t):s=48000:d=8",
        "aevalsrc=0.5*abs(sin(t/10))*sin(440*2*PI*t)|0.05*sin(80*2*PI*t):s=44100:d=40",
        "anoisesrc=d=10:c=pink:a=0.8:seed=7:r=48000",
        "anoisesrc=d=10:c=white:a=0.5:seed=9:r=44100",
        "anoisesrc=d=6:c=brown:a=0.9:seed=5:r=96000",
        "anoisesrc=d=5:c=pink:a=0.5:seed=5:r=192000",
        "anoisesrc=d=8:c=pink:a=0.5:seed=5:r=22050",
        "anoisesrc=d=8:c=pink:a=0.5:seed=5:r=16000",
        "aevalsrc=0.5*sin(300*2*PI*t)*(0.1+abs(sin(t/10))):s=8000:d=40",
        "aevalsrc=0.9*sin(11025*2*PI*t+PI/4)*sin(PI*t/4):s=44100:d=4",
        "aevalsrc=0.3*sin(440*2*PI*t)|0.2*sin(500*2*PI*t)|0.1*sin(700*2*PI*t)|0.9*sin(50*2*PI*t)"
            + "|0.3*sin(900*2*PI*t)|0.3*sin(1100*2*PI*t):s=48000:d=6:c=5.1",
    ])
    func agreesWithTheFilterOfFFmpeg(source: String) throws {
        let path = try Reference.make("a.wav", ["-f", "lavfi", "-i", source, "-c:a", "pcm_f32le"])
        let expected = try Reference.loudness(path)
        let loudness = try Ingest.file(path).loudness
        let integrated = try #require(loudness.integratedLUFS)
        let range = try #require(loudness.rangeLU)
        let truePeak = try #require(loudness.truePeakDBTP)
        #expect(abs(integrated - expected.integrated) <= 0.1)
        #expect(abs(range - expected.range) <= 0.2)
        #expect(abs(truePeak - expected.truePeak) <= 0.2)
    }

    @Test func silenceHasNone() throws {
        let path = try Reference.make("a.wav", ["-f", "lavfi", "-i", "anullsrc=d=5"])
        let loudness = try Ingest.file(path).loudness
        #expect(loudness.integratedLUFS == nil && loudness.rangeLU == nil && loudness.truePeakDBTP == nil)
    }

    /// ITU-R BS.2217: a sine of 997 Hz at 0 dBFS in one front channel has −3.01 LUFS.
    @Test(arguments: [44_100, 48_000, 96_000])
    func aFullScaleSineHasMinusThree(rate: Int) throws {
        var meter = LoudnessMeter(sampleRate: rate, places: [.front])
        let sine = (0..<rate * 3).map { Float(sin(2 * Double.pi * 997 * Double($0) / Double(rate))) }
        sine.withUnsafeBufferPointer { meter.append([$0], count: $0.count) }
        let loudness = Loudness(blockEnergies: meter.energies, truePeakDBTP: nil)
        #expect(abs(try #require(loudness.integratedLUFS) + 3.01) < 0.02)
    }

    @Test func pieceSizesDoNotMatter() throws {
        var generator = SeededGenerator(seed: 42)
        let left = (0..<100_000).map { _ in Float.random(in: -1...1, using: &generator) }
        let right = left.map { $0 * 0.3 }
        func energies(piece: Int) -> ([Double], Float) {
            var meter = LoudnessMeter(sampleRate: 44_100, places: [.front, .front])
            var peak = TruePeakMeter(sampleRate: 44_100, channels: 2)
            for start in stride(from: 0, to: left.count, by: piece) {
                let end = min(start + piece, left.count)
                left[start..<end].withUnsafeBufferPointer { first in
                    right[start..<end].withUnsafeBufferPointer { second in
                        meter.append([first, second], count: end - start)
                        peak.append(first, channel: 0)
                        peak.append(second, channel: 1)
                    }
                }
            }
            peak.finish()
            return (meter.energies, peak.peak)
        }
        let whole = energies(piece: 100_000)
        for piece in [1, 63, 64, 65, 1152, 4410] {
            let (blocks, peak) = energies(piece: piece)
            #expect(zip(blocks, whole.0).allSatisfy { abs($0 - $1) < 1e-9 } && blocks.count == whole.0.count)
            #expect(peak == whole.1)
        }
    }

    @Test func mergingGatesTheWhole() throws {
        let quiet = Loudness(blockEnergies: Array(repeating: 0.0001, count: 100), truePeakDBTP: -20)
        let loud = Loudness(blockEnergies: Array(repeating: 0.1, count: 100), truePeakDBTP: -3)
        let merged = Loudness.merged([quiet, loud])
        #expect(merged.truePeakDBTP == -3)
        #expect(abs(try #require(merged.integratedLUFS) - (try #require(loud.integratedLUFS))) < 1e-9)
        #expect(Loudness.merged([loud]) == loud)
    }

    @Test func brokenFloatsDoNotSpread() throws {
        var meter = LoudnessMeter(sampleRate: 48_000, places: [.front])
        var peak = TruePeakMeter(sampleRate: 48_000, channels: 1)
        var samples = (0..<96_000).map { Float(sin(Double($0) / 10)) * 0.5 }
        samples[1000] = .nan
        samples[30_000] = .infinity
        samples.withUnsafeBufferPointer {
            meter.append([$0], count: $0.count)
            peak.append($0, channel: 0)
        }
        let loudness = Loudness(blockEnergies: meter.energies, truePeakDBTP: peak.decibels)
        #expect(try #require(loudness.integratedLUFS).isFinite)
        #expect(loudness.truePeakDBTP?.isFinite ?? true)
    }
}
