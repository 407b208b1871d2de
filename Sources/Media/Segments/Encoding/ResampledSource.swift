/// A source's samples at another rate and in another arrangement, from any sample on: bit for bit what one run over the
/// whole source gives.
struct ResampledSource: ~Copyable {
    /// Samples that are ready, in the output format.
    let queue: SampleQueue
    /// Whether no more will come than `queue` holds.
    private(set) var isFinished = false
    /// Set when the source does not decode as its index says.
    private(set) var contradictsIndex = false

    private var decoder: ExactDecoder
    private var converter: FrameConverter
    private let frame: Frame
    private var dropped: Int64

    /// - Parameters:
    ///   - sample: the first output sample to give, counted at the output's rate.
    ///   - fromBeginning: see `ExactDecoder`.
    init(_ source: RenditionSource, as output: AudioFormat, from sample: Int64, fromBeginning: Bool)
        throws(MediaError)
    {
        let grid = ResamplingGrid(from: source.sampleRate, to: output.sampleRate)
        let start = grid.start(forOutput: sample)
        let decoder = try ExactDecoder(source, from: start.input, fromBeginning: fromBeginning)
        let queue = try SampleQueue(format: output)
        let frame = try Frame()
        self.decoder = decoder
        self.queue = queue
        self.frame = frame
        converter = FrameConverter(
            output: output, mixesWithoutClipping: true, amplification: source.amplification)
        dropped = start.dropped
    }

    /// Decodes until `queue` holds at least `count` samples or the source ends.
    mutating func fill(_ count: Int) throws(MediaError) {
        while queue.count < count, !isFinished, !contradictsIndex {
            switch try decoder.next(into: frame) {
            case .ready:
                try converter.convert(frame) { samples throws(MediaError) in try queue.append(samples) }
            case .finished:
                try converter.finish { samples throws(MediaError) in try queue.append(samples) }
                isFinished = true
            case .contradictsIndex: contradictsIndex = true
            }
            dropped -= Int64(queue.drop(Int(min(dropped, Int64(queue.count)))))
        }
    }
}
