/// Extremes of interleaved stereo, sixteen samples at a time.
///
/// Written for what the compiler makes of it: comparing and replacing in place, and taking the lanes apart in a loop at the
/// end, stays in vector registers; `evenHalf` and wider vectors do not.
struct StereoExtremes {
    private(set) var sum = SampleExtremes<Int32>()
    private(set) var left = SampleExtremes<Int16>()
    private(set) var right = SampleExtremes<Int16>()

    /// Looks at whole frames: left, right, and left + right.
    init(_ frames: UnsafeBufferPointer<Int16>) {
        let vectorCount = frames.count / SIMD16<Int16>.scalarCount
        includeVectors(UnsafeRawBufferPointer(frames), count: vectorCount)
        for index in stride(from: vectorCount * SIMD16<Int16>.scalarCount, to: frames.count - 1, by: 2) {
            left.include(frames[index])
            right.include(frames[index + 1])
            sum.include(Int32(frames[index]) &+ Int32(frames[index + 1]))
        }
    }

    private mutating func includeVectors(_ bytes: UnsafeRawBufferPointer, count: Int) {
        guard count > 0 else { return }
        var least = SIMD16<Int16>(repeating: .max)
        var greatest = SIMD16<Int16>(repeating: .min)
        var leastSum = SIMD8<Int32>(repeating: .max)
        var greatestSum = SIMD8<Int32>(repeating: .min)
        for index in 0..<count {
            let samples = bytes.loadUnaligned(fromByteOffset: index * 32, as: SIMD16<Int16>.self)
            least.replace(with: samples, where: samples .< least)
            greatest.replace(with: samples, where: samples .> greatest)
            // Left is the low half of a 32-bit lane, right the high half (x86-64 and arm64 are little-endian).
            let pairs = unsafeBitCast(samples, to: SIMD8<Int32>.self)
            let sums = ((pairs &<< 16) &>> 16) &+ (pairs &>> 16)
            leastSum.replace(with: sums, where: sums .< leastSum)
            greatestSum.replace(with: sums, where: sums .> greatestSum)
        }
        for lane in stride(from: 0, to: SIMD16<Int16>.scalarCount, by: 2) {
            left.include(least[lane])
            left.include(greatest[lane])
            right.include(least[lane + 1])
            right.include(greatest[lane + 1])
        }
        sum.include(leastSum.min())
        sum.include(greatestSum.max())
    }
}
