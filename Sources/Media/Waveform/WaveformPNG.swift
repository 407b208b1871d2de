extension WaveformPyramid {
    /// A picture on a transparent ground: the extremes in a light tone, the mean level inside them in the full colour.
    ///
    /// - Throws: `outOfMemory` when libpng cannot write it.
    package func png(_ options: WaveformOptions) throws(MediaError) -> [UInt8] {
        let canvas = WaveformCanvas(options)
        var picture = WaveformRaster(width: canvas.width, height: canvas.height)
        let samples = sampleRange(from: options.from, to: options.to)
        let lanes = lanes(options.channels)
        for (index, lane) in lanes.enumerated() {
            let count = canvas.width * WaveformRaster.columnsPerPixel
            let shape = WaveformShape(level: base, lane: lane, samples: samples, count: count)
            picture.draw(shape, in: canvas.band(index, of: lanes.count))
        }
        return try picture.png(color: canvas.color)
    }
}
