/// Size and colour of a picture, and where each channel goes in it.
struct WaveformCanvas: Sendable {
    let width: Int
    let height: Int
    let color: WaveformColor

    /// What was asked for, with the defaults; sizes are brought inside their bounds.
    init(_ options: WaveformOptions) {
        width = Self.clamp(options.width ?? 1000, to: WaveformOptions.widths)
        height = Self.clamp(options.height ?? 140, to: WaveformOptions.heights)
        color = options.color ?? .standard
    }

    private static func clamp(_ number: Int, to range: ClosedRange<Int>) -> Int {
        min(max(range.lowerBound, number), range.upperBound)
    }

    /// The rows that one channel of several may use.
    func band(_ index: Int, of count: Int) -> Band {
        let share = Float(height) / Float(count)
        return Band(center: share * (Float(index) + 0.5), amplitude: share / 2 * (count > 1 ? 0.94 : 1))
    }

    /// A horizontal strip of the picture.
    struct Band: Sendable {
        /// Row of silence.
        let center: Float
        /// Rows from silence to full scale.
        let amplitude: Float

        /// Rows, counted from the top, that a span of −1…1 covers; never thinner than one, so that silence is a line.
        func rows(_ least: Float, _ greatest: Float) -> (top: Float, bottom: Float) {
            let top = center - greatest * amplitude
            let bottom = center - least * amplitude
            let missing = max(0, 1 - (bottom - top)) / 2
            return (top - missing, bottom + missing)
        }
    }
}
