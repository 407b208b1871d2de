/// Waveform, fingerprint, loudness, true peak and count of one track's samples, in the format of its first frame.
final class TrackMeasurement {
    /// Rate and layout of the first frame, which everything is counted in.
    let format: AudioFormat
    /// Samples per channel so far.
    var sampleCount: Int64 { drawing.sampleCount }
    /// Whether a frame had another rate or layout than the first.
    private(set) var formatChanged = false
    private let drawing: WaveformDrawing
    private let fingerprint: FingerprintMeter
    private var loudness: LoudnessMeter
    private var truePeak: TruePeakMeter
    private var toFloats: FrameConverter

    init(_ first: borrowing Frame) {
        let fingerprint = FingerprintMeter(sampleRate: first.sampleRate, channels: first.channels)
        self.fingerprint = fingerprint
        drawing = WaveformDrawing(first, onSamples: fingerprint.append)
        format = drawing.format
        let layout = format.layout
        loudness = LoudnessMeter(sampleRate: first.sampleRate, places: layout.places)
        truePeak = TruePeakMeter(sampleRate: first.sampleRate, channels: layout.channels)
        toFloats = FrameConverter(output: format.with(.floatPlanar))
    }

    func take(_ frame: borrowing Frame) throws(MediaError) {
        if frame.sampleRate != format.sampleRate || !format.layout.matches(frame) { formatChanged = true }
        try drawing.take(frame)
        try toFloats.convert(frame) { samples throws(MediaError) in measure(samples) }
    }

    /// What was measured.
    struct Result {
        let waveform: WaveformPyramid
        let loudness: Loudness
        let fingerprint: Fingerprint
    }

    /// Takes in what the filters still hold.
    func finish() throws(MediaError) -> Result {
        try toFloats.finish { samples throws(MediaError) in measure(samples) }
        truePeak.finish()
        return Result(
            waveform: try drawing.finish(),
            loudness: Loudness(blockEnergies: loudness.energies, truePeakDBTP: truePeak.decibels),
            fingerprint: fingerprint.finish())
    }

    private func measure(_ samples: Samples) {
        let channels = (0..<format.layout.channels).map { samples.floats(channel: $0) }
        loudness.append(channels, count: samples.count)
        for (number, channel) in channels.enumerated() { truePeak.append(channel, channel: number) }
    }
}
