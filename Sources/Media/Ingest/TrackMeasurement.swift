/// Waveform, loudness, true peak and count of one track's samples, in the format of its first frame.
final class TrackMeasurement {
    /// Rate and layout of the first frame, which everything is counted in.
    let format: AudioFormat
    /// Samples per channel so far.
    var sampleCount: Int64 { drawing.sampleCount }
    /// Whether a frame had another rate or layout than the first.
    private(set) var formatChanged = false
    private let drawing: WaveformDrawing
    private var loudness: LoudnessMeter
    private var truePeak: TruePeakMeter
    private var toFloats: FrameConverter

    init(_ first: borrowing Frame) {
        drawing = WaveformDrawing(first)
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

    /// Takes in what the filters still hold.
    func finish() throws(MediaError) -> (waveform: WaveformPyramid, loudness: Loudness) {
        try toFloats.finish { samples throws(MediaError) in measure(samples) }
        truePeak.finish()
        return (
            try drawing.finish(), Loudness(blockEnergies: loudness.energies, truePeakDBTP: truePeak.decibels)
        )
    }

    private func measure(_ samples: Samples) {
        let channels = (0..<format.layout.channels).map { samples.floats(channel: $0) }
        loudness.append(channels, count: samples.count)
        for (number, channel) in channels.enumerated() { truePeak.append(channel, channel: number) }
    }
}
