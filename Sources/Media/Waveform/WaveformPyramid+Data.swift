extension WaveformPyramid {
    /// The most values that one answer may hold: 24 h of mono at 256 samples a pixel.
    static let maximumValueCount = 1 << 25

    /// Whether data at that zoom follows exactly from what is stored; else the recording has to be decoded again.
    package func isExact(samplesPerPixel: Int) -> Bool {
        samplesPerPixel > 0 && samplesPerPixel.isMultiple(of: self.samplesPerPixel)
    }

    /// Minimum and maximum a pixel, equal to those computed from the samples themselves.
    ///
    /// Pixels lie on one grid that starts at the first sample, whatever the range: those that hold at least one sample of
    /// `[from, to)` are returned. `width`, `height` and `color` are not looked at.
    /// - Throws: `invalidOption` when `isExact` is false for the zoom, `limitExceeded` when the answer would be too large.
    package func data(_ options: WaveformOptions) throws(MediaError) -> WaveformData {
        let zoom = options.samplesPerPixel
        guard isExact(samplesPerPixel: zoom),
            let level = levels.last(where: { zoom.isMultiple(of: $0.samplesPerPixel) })
        else {
            throw MediaError(
                code: .invalidOption,
                message: "The stored waveform has \(samplesPerPixel) samples per pixel: ask for a multiple of that.")
        }
        let lanes = lanes(options.channels)
        let pixels = pixels(in: sampleRange(from: options.from, to: options.to), samplesPerPixel: zoom)
        guard pixels.count <= Self.maximumValueCount / (lanes.count * 2) else {
            throw MediaError(
                code: .limitExceeded,
                message: "That is too much waveform at once: ask for more samples per pixel or a shorter range.")
        }
        let ratio = zoom / level.samplesPerPixel
        var values: [Int16] = []
        values.reserveCapacity(pixels.count * lanes.count * 2)
        for pixel in pixels {
            let children = (pixel * ratio)..<min((pixel + 1) * ratio, level.pixelCount)
            for lane in lanes {
                let (least, greatest) = level.extremes(of: children, lane: lane)
                values.append(least)
                values.append(greatest)
            }
        }
        return WaveformData(
            sampleRate: sampleRate, samplesPerPixel: zoom, bits: options.bits, channels: lanes.count, values: values)
    }

    /// Lanes that an answer shows.
    func lanes(_ channels: WaveformOptions.Channels) -> Range<Int> {
        channels == .mono || self.channels == 1 ? 0..<1 : 1..<(self.channels + 1)
    }

    /// Samples of `[from, to)` seconds, each end rounded to the nearest sample and brought inside the recording.
    func sampleRange(from: Double?, to: Double?) -> Range<Int> {
        let start = sample(at: from ?? 0)
        let end = to.map(sample(at:)) ?? sampleCount
        return start..<max(start, end)
    }

    private func sample(at seconds: Double) -> Int {
        Int(min(max(0, (seconds * Double(sampleRate)).rounded()), Double(sampleCount)))
    }

    private func pixels(in samples: Range<Int>, samplesPerPixel: Int) -> Range<Int> {
        guard !samples.isEmpty else { return 0..<0 }
        return samples.lowerBound / samplesPerPixel..<(samples.upperBound - 1) / samplesPerPixel + 1
    }
}
