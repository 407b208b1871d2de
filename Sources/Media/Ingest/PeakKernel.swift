/// The inner loops of true peak, eight samples at a time. NaN counts as silence.
enum PeakKernel {
    private typealias Vector = SIMD8<Float>

    /// Highest magnitude of some samples.
    static func magnitude(_ samples: UnsafePointer<Float>, count: Int) -> Float {
        var highest = Vector.zero
        var index = 0
        while index + 8 <= count {
            highest = larger(highest, load(samples + index))
            index += 8
        }
        var rest: Float = 0
        while index < count {
            let magnitude = abs(samples[index])
            if magnitude > rest { rest = magnitude }
            index += 1
        }
        return max(highest.max(), rest)
    }

    /// Highest magnitude of `count` outputs of a filter; output i is made of samples i, i + 1, …
    static func magnitude(
        _ samples: UnsafePointer<Float>, count: Int, filteredBy taps: UnsafeBufferPointer<Float>
    ) -> Float {
        var highest = Vector.zero
        var index = 0
        while index + 16 <= count {
            var low = Vector.zero
            var high = Vector.zero
            for tap in taps.indices {
                let weight = taps[tap]
                low += load(samples + index + tap) * weight
                high += load(samples + index + tap + 8) * weight
            }
            highest = larger(larger(highest, low), high)
            index += 16
        }
        var rest: Float = 0
        while index < count {
            var sum: Float = 0
            for tap in taps.indices { sum += taps[tap] * samples[index + tap] }
            if abs(sum) > rest { rest = abs(sum) }
            index += 1
        }
        return max(highest.max(), rest)
    }

    @inline(__always)
    private static func load(_ samples: UnsafePointer<Float>) -> Vector {
        UnsafeRawPointer(samples).loadUnaligned(as: Vector.self)
    }

    @inline(__always)
    private static func larger(_ known: Vector, _ values: Vector) -> Vector {
        let bits = unsafeBitCast(values, to: SIMD8<UInt32>.self) & 0x7FFF_FFFF
        let magnitudes = unsafeBitCast(bits, to: Vector.self)
        return known.replacing(with: magnitudes, where: magnitudes .> known)
    }
}
