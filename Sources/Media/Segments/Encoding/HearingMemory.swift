internal import Foundation

/// How far back LAME remembers: where an encode has to begin for its packets to be those of one that began long before.
///
/// LAME's threshold of hearing rises with the music at once and falls by 0.34 dB a frame at most (`adjust_ATH` in
/// `libmp3lame/encoder.c`); a fresh encoder begins at a hundredth. What sounded earlier counts until something later outweighs
/// what is left of it. All else is forgotten within a few frames.
///
/// LAME's own measure of loudness is not to be had. The one here, a band around 3 kHz where hearing is keenest, is taken to be right
/// within ``uncertainty``: an encode begins before everything that might still count.
struct HearingMemory {
    /// Packets after which all is forgotten, whatever the music.
    static let longestPackets = 100
    /// Packets that are listened to first: most music needs no more of them.
    static let usualPackets = 32
    /// Packets after which everything but the threshold is forgotten.
    private static let shortestPackets = 10
    /// Packets before the one that counts: LAME looks ahead, and rises in two steps.
    private static let marginPackets = 4
    /// By how much a loudness may be wrong, as a ratio of powers either way.
    private static let uncertainty = 1.5
    /// LAME's own figures: what the threshold falls to, how it follows loudness, and where a fresh encoder has it.
    private static let (least, slope, initial) = (0.000625, 31.98, 0.01)

    private var filter = HearingFilter()
    /// One value a packet, relative to white noise of full scale.
    private var loudness: [Double] = []

    /// Hears the next packet.
    mutating func append(_ left: UnsafeBufferPointer<Float>, _ right: UnsafeBufferPointer<Float>) {
        loudness.append(filter.power(left, right))
    }

    /// How many of the packets heard last an encode of the next one has to begin with; at most as many as were heard.
    var neededPackets: Int { min(reach.packets, loudness.count) }

    /// Whether nothing before the packets heard can count.
    var isComplete: Bool { reach.isKnown && reach.packets <= loudness.count }

    /// How far back anything counts, as far as it was heard.
    private var reach: (packets: Int, isKnown: Bool) {
        // What the loudest yet seen leaves of itself, at least; and what a threshold of one leaves, at most.
        var (outweighing, left) = (0.0, 1.0)
        var (needed, isKnown) = (0, false)
        for (age, power) in loudness.reversed().enumerated() {
            let highest = Self.threshold(power * Self.uncertainty)
            if max(highest, Self.initial) * left > outweighing { needed = age + 1 }
            left *= highest * 0.075 + 0.925
            outweighing = max(outweighing, Self.threshold(power / Self.uncertainty) * left)
            isKnown = outweighing >= left
            if isKnown { break }
        }
        return (max(needed + Self.marginPackets, Self.shortestPackets), isKnown)
    }

    private static func threshold(_ power: Double) -> Double { min(1, slope * power + least) }
}

/// A band-pass at 3 kHz for 48,000 samples a second: within some decibels the inverse of the threshold of hearing.
private struct HearingFilter {
    private static let (frequency, quality) = (3_000.0, 0.8)
    private static let angle = 2 * Double.pi * frequency / 48_000
    private static let bandwidth = sin(angle) / (2 * quality)
    /// Of the biquad: `b0 = -b2 = gain`, `b1 = 0`.
    private static let gain = bandwidth / (1 + bandwidth)
    private static let feedback = (-2 * cos(angle) / (1 + bandwidth), (1 - bandwidth) / (1 + bandwidth))
    /// The power of white noise of full scale behind the filter: a third before it, of which the band has its share.
    private static let fullPower = gain / 3

    private var first = SIMD2<Double>.zero
    private var second = SIMD2<Double>.zero

    /// Mean power of both channels behind the filter.
    mutating func power(_ left: UnsafeBufferPointer<Float>, _ right: UnsafeBufferPointer<Float>) -> Double {
        let (gain, feedback) = (Self.gain, Self.feedback)
        var sum = SIMD2<Double>.zero
        for index in 0..<min(left.count, right.count) {
            let input = SIMD2(Double(left[index]), Double(right[index])) * gain
            let output = input + first
            first = second - output * feedback.0
            second = -input - output * feedback.1
            sum += output * output
        }
        let power = sum.sum() / Double(2 * max(1, left.count)) / Self.fullPower
        guard power.isFinite else {
            // Files of floats may hold anything.
            self = HearingFilter()
            return 0
        }
        return power
    }
}
