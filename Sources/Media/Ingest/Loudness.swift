internal import Foundation

/// Loudness of a whole programme by EBU R128 (ITU-R BS.1770-4, EBU Tech 3342).
package struct Loudness: Hashable, Sendable, Codable {
    /// Integrated loudness in LUFS; nil for silence and for less than 400 ms.
    package let integratedLUFS: Double?
    /// Loudness range in LU; nil where there is no 3 s window above the gate.
    package let rangeLU: Double?
    /// Highest true peak of all channels in dBTP; nil for digital silence.
    package let truePeakDBTP: Double?
    /// K-weighted energy, channel weights applied, of each whole 100 ms: what lets loudness be merged.
    package let blockEnergies: [Double]

    /// Loudness of programmes played after each other, as for an album: gates are those of the whole; no window spans
    /// two of them.
    package static func merged(_ programmes: [Loudness]) -> Loudness {
        Loudness(
            programmes.map(\.blockEnergies), blockEnergies: programmes.flatMap(\.blockEnergies),
            truePeakDBTP: programmes.compactMap(\.truePeakDBTP).max())
    }

    init(blockEnergies: [Double], truePeakDBTP: Double?) {
        self.init([blockEnergies], blockEnergies: blockEnergies, truePeakDBTP: truePeakDBTP)
    }

    private init(_ programmes: [[Double]], blockEnergies: [Double], truePeakDBTP: Double?) {
        integratedLUFS = Self.integrated(programmes.flatMap { Self.windows(of: $0, blocks: 4) })
        rangeLU = Self.range(programmes.flatMap { Self.windows(of: $0, blocks: 30) })
        self.truePeakDBTP = truePeakDBTP
        self.blockEnergies = blockEnergies
    }

    /// Mean energies of overlapping windows, one every 100 ms.
    private static func windows(of energies: [Double], blocks: Int) -> [Double] {
        guard energies.count >= blocks else { return [] }
        var sum = energies[..<(blocks - 1)].reduce(0, +)
        return (blocks - 1..<energies.count).map { last in
            sum += energies[last]
            defer { sum = max(0, sum - energies[last - blocks + 1]) }
            return sum / Double(blocks)
        }
    }

    /// Mean above −70 LUFS and above 10 LU under the mean of that.
    private static func integrated(_ windows: [Double]) -> Double? {
        let audible = windows.filter { $0 >= absoluteGate }
        guard !audible.isEmpty else { return nil }
        let gate = audible.reduce(0, +) / Double(audible.count) * 0.1
        let loud = audible.filter { $0 >= gate }
        return lufs(loud.reduce(0, +) / Double(loud.count))
    }

    /// From the 10th to the 95th percentile of 3 s windows above −70 LUFS and above 20 LU under their mean.
    private static func range(_ windows: [Double]) -> Double? {
        let audible = windows.filter { $0 >= absoluteGate }
        guard !audible.isEmpty else { return nil }
        let gate = audible.reduce(0, +) / Double(audible.count) * 0.01
        let loud = audible.filter { $0 >= gate }.sorted()
        func percentile(_ part: Double) -> Double { lufs(loud[Int((Double(loud.count - 1) * part).rounded())]) }
        return percentile(0.95) - percentile(0.1)
    }

    private static let absoluteGate = pow(10, (-70 + 0.691) / 10)

    private static func lufs(_ energy: Double) -> Double { -0.691 + 10 * log10(energy) }
}
