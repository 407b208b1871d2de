extension WaveformPyramid {
    /// Peaks for wavesurfer.js: `{"peaks": [[…], …], "duration": seconds}`, an array a channel, in −1…1 with four decimals.
    ///
    /// Each number is the sample of largest magnitude of its span, sign kept, as wavesurfer's own `exportPeaks` gives it.
    /// With a `width`, that many numbers span the range; else there is one for `samplesPerPixel` samples.
    /// - Throws: what `data(_:)` throws, when no `width` is asked for.
    package func peaks(_ options: WaveformOptions) throws(MediaError) -> [UInt8] {
        let samples = sampleRange(from: options.from, to: options.to)
        var text: [UInt8] = []
        text.append(text: "{\"peaks\":[")
        for (index, channel) in try peakValues(options, samples).enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            text.append(UInt8(ascii: "["))
            for position in channel.indices {
                if position > 0 { text.append(UInt8(ascii: ",")) }
                text.append(decimal: channel[position], places: 4)
            }
            text.append(UInt8(ascii: "]"))
        }
        text.append(text: "],\"duration\":")
        text.append(decimal: Int((Double(samples.count) / Double(sampleRate) * 1e6).rounded()), places: 6)
        text.append(text: "}\n")
        return text
    }

    /// Peaks of each channel in ten-thousandths of full scale.
    private func peakValues(_ options: WaveformOptions, _ samples: Range<Int>) throws(MediaError) -> [[Int]] {
        if let width = options.width.map({ min(max(1, $0), WaveformOptions.widths.upperBound) }) {
            return lanes(options.channels).map { lane in
                WaveformShape(level: base, lane: lane, samples: samples, count: width).columns.map {
                    Self.peak(Double($0.least), Double($0.greatest))
                }
            }
        }
        let data = try data(options)
        return (0..<data.channels).map { channel in
            (0..<data.length).map { pixel in
                let index = (pixel * data.channels + channel) * 2
                return Self.peak(Double(data.values[index]) / 32768, Double(data.values[index + 1]) / 32768)
            }
        }
    }

    private static func peak(_ least: Double, _ greatest: Double) -> Int {
        Int(((-least > greatest ? least : greatest) * 10_000).rounded())
    }
}
