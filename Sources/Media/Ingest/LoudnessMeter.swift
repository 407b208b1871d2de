/// Collects K-weighted energies of 100 ms from planar samples.
struct LoudnessMeter {
    private let blockSamples: Int
    private let pairs: [Pair]
    private var filters: [KWeighting]
    private var sum = 0.0
    private var filled = 0
    private(set) var energies: [Double] = []

    /// Two channels filtered together; a lonely one goes with itself at weight 0.
    private struct Pair {
        let left: Int
        let right: Int
        let weights: SIMD2<Double>
    }

    init(sampleRate: Int, places: [ChannelPlace]) {
        blockSamples = (sampleRate + 5) / 10
        let heard = places.indices.filter { places[$0] != .lowFrequency }
        let weights = places.map { $0 == .surround ? 1.41 : 1.0 }
        pairs = stride(from: 0, to: heard.count, by: 2).map { index in
            let left = heard[index]
            guard index + 1 < heard.count else {
                return Pair(left: left, right: left, weights: SIMD2(weights[left], 0))
            }
            return Pair(left: left, right: heard[index + 1], weights: SIMD2(weights[left], weights[heard[index + 1]]))
        }
        filters = Array(repeating: KWeighting(sampleRate: sampleRate), count: pairs.count)
    }

    /// Takes samples of every channel, as many of each.
    mutating func append(_ channels: [UnsafeBufferPointer<Float>], count: Int) {
        var start = 0
        while start < count {
            let taken = min(blockSamples - filled, count - start)
            for (number, pair) in pairs.enumerated() {
                guard let left = channels[pair.left].baseAddress, let right = channels[pair.right].baseAddress else {
                    continue
                }
                let energy = filters[number].energy(left + start, right + start, count: taken) * pair.weights
                let both = energy.x + energy.y
                if both.isFinite { sum += both }
            }
            start += taken
            filled += taken
            guard filled == blockSamples else { continue }
            energies.append(sum / Double(blockSamples))
            sum = 0
            filled = 0
        }
    }
}
