/// Places from which resampling can begin in the middle and still give, bit for bit, what one run over all gives.
///
/// The resampler's phases repeat every `rate / gcd` input samples; what it gives is right once its filter, which
/// starts on mirrored input, has passed over that.
struct ResamplingGrid: Hashable {
    /// Input samples from one place to the next.
    let inputStep: Int64
    /// Output samples from one place to the next.
    let outputStep: Int64

    /// Output samples after a start in the middle that may differ from those of one run.
    private static let unsettledSamples: Int64 = 96

    /// Rates in hertz.
    init(from inputRate: Int, to outputRate: Int) {
        var (divisor, rest) = (inputRate, outputRate)
        while rest != 0 { (divisor, rest) = (rest, divisor % rest) }
        inputStep = Int64(inputRate / divisor)
        outputStep = Int64(outputRate / divisor)
    }

    /// Whether the rates differ.
    var resamples: Bool { inputStep != outputStep }

    /// Where to begin so that an output sample comes out right.
    /// - Returns: the first input sample to give, the number of the first output sample that comes of it, and how many
    ///   of these to drop.
    func start(forOutput sample: Int64) -> (input: Int64, output: Int64, dropped: Int64) {
        let unit = resamples ? max(0, sample - Self.unsettledSamples) / outputStep : sample
        return (unit * inputStep, unit * outputStep, sample - unit * outputStep)
    }
}
