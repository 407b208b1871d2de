extension WaveformPyramid {
    /// The most values that a pyramid made for one request may hold in its finest level, 128 MiB: 8 minutes of stereo at 2
    /// samples a pixel, 4 hours at 64.
    private static let maximumDecodedValueCount = 1 << 26

    /// Whether a file follows exactly from this pyramid. When it does not, the recording has to be decoded again at the
    /// options' samples per pixel, and the file rendered from what that gives.
    /// - Throws: `limitExceeded` when the recording is too long for that.
    package func serves(_ format: WaveformFormat, _ options: WaveformOptions) throws(MediaError) -> Bool {
        let isPicture = format == .png || format == .svg || (format == .peaks && options.width != nil)
        if isPicture || isExact(samplesPerPixel: options.samplesPerPixel) { return true }
        guard sampleCount / max(1, options.samplesPerPixel) < Self.maximumDecodedValueCount / base.stride else {
            throw MediaError(
                code: .limitExceeded,
                message: "The recording is too long for so fine a waveform: ask for more samples per pixel.")
        }
        return false
    }

    /// The bytes of a file; the same pyramid and options always give the same bytes.
    /// - Throws: what `data(_:)` throws for data files, and for peaks without a width; `outOfMemory` for a PNG.
    package func render(_ format: WaveformFormat, _ options: WaveformOptions) throws(MediaError) -> [UInt8] {
        switch format {
        case .dat: try data(options).dat()
        case .json: try data(options).json()
        case .peaks: try peaks(options)
        case .png: try png(options)
        case .svg: svg(options)
        }
    }
}
