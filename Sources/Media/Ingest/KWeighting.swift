internal import Foundation

/// The K-weighting of ITU-R BS.1770-4 at any sample rate: a high shelf and a high pass, two channels at a time.
///
/// The recommendation gives coefficients for 48 kHz only; these are derived again for each rate from the analogue
/// prototypes behind them by the bilinear transform.
struct KWeighting {
    private let shelf: Biquad
    private let highPass: Biquad
    private var shelfState = Biquad.State()
    private var highPassState = Biquad.State()

    init(sampleRate: Int) {
        let rate = Double(sampleRate)
        var warped = tan(.pi * min(1681.974450955533 / rate, 0.49))
        var quality = 0.7071752369554196
        let high = pow(10, 3.999843853973347 / 20)
        let middle = pow(high, 0.4996667741545416)
        var scale = 1 + warped / quality + warped * warped
        shelf = Biquad(
            b0: (high + middle * warped / quality + warped * warped) / scale,
            b1: 2 * (warped * warped - high) / scale,
            b2: (high - middle * warped / quality + warped * warped) / scale,
            a1: 2 * (warped * warped - 1) / scale,
            a2: (1 - warped / quality + warped * warped) / scale)
        warped = tan(.pi * 38.13547087602444 / rate)
        quality = 0.5003270373238773
        scale = 1 + warped / quality + warped * warped
        highPass = Biquad(
            b0: 1, b1: -2, b2: 1,
            a1: 2 * (warped * warped - 1) / scale, a2: (1 - warped / quality + warped * warped) / scale)
    }

    /// Sum of squares of the weighted samples of two channels.
    mutating func energy(_ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, count: Int) -> SIMD2<Double> {
        var sum = SIMD2<Double>.zero
        var first = shelfState
        var second = highPassState
        for index in 0..<count {
            let input = SIMD2(Double(left[index]), Double(right[index]))
            let weighted = highPass.apply(shelf.apply(input, &first), &second)
            sum += weighted * weighted
        }
        shelfState = first.settled
        highPassState = second.settled
        return sum
    }
}

/// A second-order filter on two channels, transposed direct form II.
private struct Biquad {
    let b0, b1, b2, a1, a2: Double

    struct State {
        var first = SIMD2<Double>.zero
        var second = SIMD2<Double>.zero

        /// Without the crumbs that would make arithmetic slow in silence, or the NaN of a broken float file.
        var settled: State { State(first: first.settled, second: second.settled) }
    }

    @inline(__always)
    func apply(_ input: SIMD2<Double>, _ state: inout State) -> SIMD2<Double> {
        let output = input * b0 + state.first
        state.first = input * b1 - output * a1 + state.second
        state.second = input * b2 - output * a2
        return output
    }
}

extension SIMD2<Double> {
    fileprivate var settled: SIMD2<Double> {
        let kept = (self .> 1e-20 .| self .< -1e-20) .& (self .< 1e20 .& self .> -1e20)
        return SIMD2.zero.replacing(with: self, where: kept)
    }
}
