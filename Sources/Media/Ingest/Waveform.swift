/// The waveform of a file without storing anything.
package enum Waveform {
    /// Decodes a file for its waveform alone, with as many threads as its codec can use.
    /// - Parameters:
    ///   - samplesPerPixel: finest zoom, at least 2.
    ///   - progress: told the part done, 0–1.
    ///   - isCancelled: asked before each packet.
    /// - Throws: codes of `Ingest.file`; `.invalidOption` for fewer than 2 samples a pixel.
    package static func file(
        _ path: String, samplesPerPixel: Int = 256, limits: MediaLimits = MediaLimits(),
        progress: @escaping (Double) -> Void = { _ in }, isCancelled: @escaping () -> Bool = { false }
    ) throws(MediaError) -> WaveformPyramid {
        guard samplesPerPixel >= 2 else {
            throw MediaError(code: .invalidOption, message: "A pixel must stand for at least 2 samples.")
        }
        let control = WorkControl(progress: progress, isCancelled: isCancelled)
        var decoder = try LinearDecoder(path: path, threads: 0, control: control)
        var drawing: WaveformDrawing?
        try decoder.run { _ in
        } onFrame: { frame throws(MediaError) in
            let current: WaveformDrawing
            if let drawing {
                current = drawing
            } else {
                try limits.check(sampleRate: frame.sampleRate, channels: frame.channels)
                current = WaveformDrawing(frame, samplesPerPixel: samplesPerPixel)
                drawing = current
            }
            try current.take(frame)
            try limits.check(
                sampleCount: current.sampleCount, sampleRate: current.format.sampleRate,
                channels: current.format.layout.channels)
        }
        guard let drawing else {
            throw MediaError(code: .unreadable, message: "Nothing in this file can be decoded.")
        }
        control.reportDone()
        return try drawing.finish()
    }
}

/// Feeds a waveform with 16-bit samples as `ffmpeg -f s16le` would write them.
final class WaveformDrawing {
    /// Rate and layout of the first frame.
    let format: AudioFormat
    /// Samples per channel so far.
    private(set) var sampleCount: Int64 = 0
    private var converter: FrameConverter
    private var builder: WaveformBuilder
    private let onSamples: (UnsafeBufferPointer<Int16>) -> Void

    /// - Parameter onSamples: given the same samples, all channels' values in turn.
    init(
        _ first: borrowing Frame, samplesPerPixel: Int = 256,
        onSamples: @escaping (UnsafeBufferPointer<Int16>) -> Void = { _ in }
    ) {
        self.onSamples = onSamples
        let layout = first.layout
        format = AudioFormat(sampleRate: first.sampleRate, layout: layout, encoding: .int16)
        converter = FrameConverter(output: format)
        builder = WaveformBuilder(
            channels: layout.channels, sampleRate: first.sampleRate, samplesPerPixel: samplesPerPixel)
    }

    func take(_ frame: borrowing Frame) throws(MediaError) {
        if frame.encoding == .int16, frame.sampleRate == format.sampleRate, format.layout.matches(frame),
            let samples = frame.interleavedInt16
        {
            append(samples)
        } else {
            try converter.convert(frame) { samples throws(MediaError) in append(samples.interleavedInt16) }
        }
    }

    /// The waveform, with what the converter still held.
    func finish() throws(MediaError) -> WaveformPyramid {
        try converter.finish { samples throws(MediaError) in append(samples.interleavedInt16) }
        return builder.finish()
    }

    private func append(_ samples: UnsafeBufferPointer<Int16>) {
        builder.append(samples)
        onSamples(samples)
        sampleCount += Int64(samples.count / format.layout.channels)
    }
}
