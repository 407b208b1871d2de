extension WaveformPyramid {
    /// A picture on a transparent ground: the extremes in a light tone, and inside them, in the full colour, the level at which
    /// the sound mostly is. The range fills the width, full scale the height.
    ///
    /// - Throws: `outOfMemory` when libpng cannot write it.
    package func png(_ options: WaveformOptions) throws(MediaError) -> [UInt8] {
        let canvas = WaveformCanvas(options)
        let samples = sampleRange(from: options.from, to: options.to)
        let lanes = lanes(options.channels)
        let layers = lanes.enumerated().map { index, lane in
            let count = canvas.width * WaveformRaster.columnsPerPixel
            let shape = WaveformShape(level: base, lane: lane, samples: samples, count: count)
            return (shape: shape, band: canvas.band(index, of: lanes.count))
        }
        return try WaveformRaster(width: canvas.width, height: canvas.height, layers: layers).png(color: canvas.color)
    }
}
