internal import Foundation

/// Highest peak between the samples (ITU-R BS.1770-4, Annex 2): oversampled to at least 176.4 kHz by a polyphase filter.
///
/// Most blocks are never oversampled: no output of a filter exceeds the block's highest sample times the sum of the
/// filter's magnitudes, so a block that cannot beat the peak so far is passed over, which changes nothing.
struct TruePeakMeter {
    /// Highest magnitude so far.
    private(set) var peak: Float = 0
    private let phases: [[Float]]
    /// No oversampled value exceeds the highest sample near it times this.
    private let gain: Float
    private var scratch: [[Float]]

    /// Samples of input one output is made of.
    private static let taps = 16
    private static let history = taps - 1
    private static let block = 32

    init(sampleRate: Int, channels: Int) {
        let factor = [1, 2, 4, 8, 16, 32].first { sampleRate * $0 >= 176_400 } ?? 32
        phases = (1..<factor).map { Self.phase(Double($0) / Double(factor)) }
        gain = phases.map { $0.reduce(0) { $0 + abs($1) } }.max() ?? 1
        scratch = Array(repeating: Array(repeating: 0, count: Self.history), count: channels)
    }

    /// Takes samples of one channel.
    mutating func append(_ samples: UnsafeBufferPointer<Float>, channel: Int) {
        scratch[channel].append(contentsOf: samples)
        let peakBefore = peak
        peak = scratch[channel].withUnsafeBufferPointer { highest(in: $0, above: peakBefore) }
        scratch[channel].removeFirst(samples.count)
    }

    /// The end: what follows the last sample is silence.
    mutating func finish() {
        let silence = [Float](repeating: 0, count: Self.history)
        for channel in scratch.indices { silence.withUnsafeBufferPointer { append($0, channel: channel) } }
    }

    /// In dBTP; nil for silence.
    var decibels: Double? { peak > 0 && peak.isFinite ? 20 * log10(Double(peak)) : nil }

    private func highest(in samples: UnsafeBufferPointer<Float>, above known: Float) -> Float {
        var highest = known
        guard let start = samples.baseAddress else { return highest }
        let outputs = samples.count - Self.history
        for first in stride(from: 0, to: outputs, by: Self.block) {
            let count = min(Self.block, outputs - first)
            let plain = PeakKernel.magnitude(start + first, count: count + Self.history)
            highest = max(highest, plain)
            guard plain * gain > highest else { continue }
            for phase in phases {
                let between = phase.withUnsafeBufferPointer {
                    PeakKernel.magnitude(start + first, count: count, filteredBy: $0)
                }
                highest = max(highest, between)
            }
        }
        return highest
    }

    /// A sinc under a Kaiser window, shifted by a fraction of a sample, of unit gain at 0 Hz.
    private static func phase(_ fraction: Double) -> [Float] {
        let values = (0..<taps).map { tap -> Double in
            let distance = Double(tap) - Double(taps / 2 - 1) - fraction
            let place = distance / (Double(taps) / 2)
            guard abs(place) < 1 else { return 0 }
            let window = bessel(5 * (1 - place * place).squareRoot()) / bessel(5)
            return sin(.pi * distance) / (.pi * distance) * window
        }
        let sum = values.reduce(0, +)
        return values.map { Float($0 / sum) }
    }

    /// Modified Bessel function of the first kind, order 0, by its series.
    private static func bessel(_ argument: Double) -> Double {
        var sum = 1.0
        var term = 1.0
        for step in 1..<40 {
            term *= (argument / 2 / Double(step)) * (argument / 2 / Double(step))
            sum += term
        }
        return sum
    }
}
