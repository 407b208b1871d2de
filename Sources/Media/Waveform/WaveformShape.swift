/// The outline of one lane over a range of samples, cut into columns of equal width.
struct WaveformShape: Sendable {
    /// What one column shows, each in −1…1.
    struct Column: Sendable, Hashable {
        /// The least sample.
        var least: Float
        /// The greatest sample.
        var greatest: Float
        /// Lower end of where the sound mostly is.
        var coreLeast: Float
        /// Upper end of where the sound mostly is.
        var coreGreatest: Float

        /// A column from its extremes and from the means of the extremes of the short spans in it.
        ///
        /// The core is the span of the means, drawn in to the level that a sine of that size has (its RMS is 0.7 of its peak).
        init(least: Float, greatest: Float, meanLeast: Float, meanGreatest: Float) {
            self.least = least
            self.greatest = greatest
            let middle = (meanLeast + meanGreatest) / 2
            coreLeast = middle + (meanLeast - middle) * 0.7
            coreGreatest = middle + (meanGreatest - middle) * 0.7
        }
    }

    /// Left to right.
    let columns: [Column]

    /// Cuts a range of a level into columns. Where a column is narrower than a pixel of the level, it lies on the straight
    /// line between the two next to it, so that a close zoom shows a curve and not stairs.
    init(level: WaveformLevel, lane: Int, samples: Range<Int>, count: Int) {
        guard !samples.isEmpty, level.pixelCount > 0 else {
            columns = Array(repeating: Column(least: 0, greatest: 0, meanLeast: 0, meanGreatest: 0), count: count)
            return
        }
        let start = Double(samples.lowerBound) / Double(level.samplesPerPixel)
        let step = Double(samples.count) / Double(level.samplesPerPixel) / Double(count)
        columns = (0..<count).map { index in
            let left = start + step * Double(index)
            return step >= 1
                ? Self.merged(level, lane, Int(left)..<Int((left + step).rounded(.up)))
                : Self.interpolated(level, lane, at: left + step / 2 - 0.5)
        }
    }

    private static func merged(_ level: WaveformLevel, _ lane: Int, _ pixels: Range<Int>) -> Column {
        let pixels = pixels.clamped(to: 0..<level.pixelCount)
        guard !pixels.isEmpty else { return interpolated(level, lane, at: Double(level.pixelCount - 1)) }
        var extremes = SampleExtremes<Int16>()
        var leastSum = 0
        var greatestSum = 0
        var index = pixels.lowerBound * level.stride + lane * 2
        for _ in pixels {
            let (least, greatest) = (level.values[index], level.values[index + 1])
            extremes.include(least)
            extremes.include(greatest)
            leastSum += Int(least)
            greatestSum += Int(greatest)
            index += level.stride
        }
        let scale = 1 / Float(32768 * pixels.count)
        return Column(
            least: Float(extremes.least) / 32768, greatest: Float(extremes.greatest) / 32768,
            meanLeast: Float(leastSum) * scale, meanGreatest: Float(greatestSum) * scale)
    }

    private static func interpolated(_ level: WaveformLevel, _ lane: Int, at position: Double) -> Column {
        let last = level.pixelCount - 1
        let position = min(max(0, position), Double(last))
        let left = Int(position)
        let share = Float(position - Double(left))
        func between(_ offset: Int) -> Float {
            let near = Float(level.values[left * level.stride + lane * 2 + offset])
            let far = Float(level.values[min(left + 1, last) * level.stride + lane * 2 + offset])
            return (near + (far - near) * share) / 32768
        }
        let (least, greatest) = (between(0), between(1))
        return Column(least: least, greatest: greatest, meanLeast: least, meanGreatest: greatest)
    }
}
