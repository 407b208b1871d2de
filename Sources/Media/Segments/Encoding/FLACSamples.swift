/// The samples of a FLAC's frames: from any frame on, in the frames' own format.
struct FLACSamples: ~Copyable {
    /// What the encoder is given.
    let format: AudioFormat
    let bitsPerSample: Int
    /// The samples taken last, in ``format``.
    let frame: Frame
    private var samples: ResampledSource
    /// Whether one channel becomes two.
    private let copies: Bool
    private let mono: Frame
    private var remaining: Int64

    /// - Parameter first: number of the first frame.
    init(_ source: RenditionSource, channels: Int, from first: Int64, fromBeginning: Bool) throws(MediaError) {
        let (layout, bits) = try Self.form(of: source, channels: channels)
        let encoding: SampleEncoding = bits > 16 ? .int32 : .int16
        let format = AudioFormat(sampleRate: source.sampleRate, layout: layout, encoding: encoding)
        // The resampler's integers would not copy one channel into two without rounding.
        let copies = source.channels == 1 && channels == 2
        let start = first * Int64(RenditionCodec.flac.samplesPerPacket)
        let samples = try ResampledSource(
            source, as: copies ? AudioFormat(format, channels: 1) : format, from: start, fromBeginning: fromBeginning)
        let frame = try Frame()
        let mono = try Frame()
        self.format = format
        self.copies = copies
        self.samples = samples
        self.frame = frame
        self.mono = mono
        bitsPerSample = bits
        remaining = source.sampleCount - start
    }

    /// Takes the samples of the next frame into ``frame``.
    /// - Returns: false when the source contradicts its index.
    mutating func next() throws(MediaError) -> Bool {
        let count = Int(min(Int64(RenditionCodec.flac.samplesPerPacket), remaining))
        try samples.fill(count)
        guard samples.queue.count >= count else { return false }
        if copies {
            try samples.queue.take(count, into: mono)
            try frame.fill(copying: mono, twiceAs: format)
        } else {
            try samples.queue.take(count, into: frame)
        }
        remaining -= Int64(count)
        return true
    }

    /// Speakers and depth: those of a lossless source, 16 bits of a lossy one.
    private static func form(of source: RenditionSource, channels: Int) throws(MediaError) -> (ChannelLayout, Int) {
        let input = try InputFile(path: source.path)
        let bits = (Probe(input).bitsPerSample ?? 16) > 16 ? 24 : 16
        let own = input.layout
        return (own.channels == channels ? own : ChannelLayout(channels: channels), bits)
    }
}

extension FLACFormat {
    /// How a source is written with this number of channels.
    package init(of source: RenditionSource, channels: Int) throws(MediaError) {
        let samples = try FLACSamples(source, channels: channels, from: 0, fromBeginning: false)
        self.init(
            sampleRate: source.sampleRate, channels: channels, bitsPerSample: samples.bitsPerSample,
            channelMask: samples.format.layout.maskBeyondFLAC)
    }
}
