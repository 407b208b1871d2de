import Foundation
import Testing

@testable import Media

@Suite struct QuantiserSearchTests {
    /// Runs a search over a made-up encoder; the quality that is left in the end, and how many encodes it took.
    private func search(from start: Int = 120, _ fullness: (Int) -> Double) -> (best: Int?, count: Int) {
        var search = QuantiserSearch(from: start)
        var (best, count): (Int?, Int) = (nil, 0)
        while let quality = search.next {
            #expect(QuantiserSearch.qualities.contains(quality))
            count += 1
            if search.record(fullness: fullness(quality)) { best = quality }
        }
        return (best, count)
    }

    @Test func endsSoonNearTheBudgetWhateverTheLaw() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = Dice(state: seed)
        for _ in 0..<500 {
            let atStart = Double.random(in: 0.3...6, using: &random)
            let exponent = Double.random(in: 0.4...0.9, using: &random)
            let result = search { quality in atStart * pow(Double(quality) / 120, exponent) }
            #expect(result.count <= 7, "seed \(seed)")
            let best = atStart * pow(Double(result.best ?? 0) / 120, exponent)
            // At the coarsest qualities the next whole number may already be too much.
            let finer = atStart * pow(Double((result.best ?? 0) + 1) / 120, exponent)
            #expect(
                best <= 1 && (best > 0.9 || finer > 1) || result.best == 2_000,
                "seed \(seed), \(atStart), \(exponent): \(best)")
        }
    }

    @Test func noiseInTheLawDoesNotKeepItFromFitting() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = Dice(state: seed)
        for _ in 0..<500 {
            let atStart = Double.random(in: 0.01...40, using: &random)
            var noise: [Int: Double] = [:]
            let fullness = { (quality: Int) -> Double in
                if noise[quality] == nil { noise[quality] = Double.random(in: 0.7...1.3, using: &random) }
                return quality < 10 ? 0.5 : atStart * pow(Double(quality) / 120, 0.6) * (noise[quality] ?? 1)
            }
            let result = search(fullness)
            #expect(result.count <= 18, "seed \(seed)")
            #expect(result.best.map(fullness) ?? 2 <= 1, "seed \(seed)")
        }
    }

    @Test func silenceTakesTwoEncodesAndWhatNeverFitsABoundedNumber() {
        #expect(search { _ in 0.05 } == (2_000, 2))
        let never = search { _ in 1.5 }
        #expect(never.best == nil && never.count <= 18)
    }
}
