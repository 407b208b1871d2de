extension WaveformPyramid {
    /// A scalable picture: one path, a point a pixel of width, heights rounded to a tenth of a pixel.
    ///
    /// It stretches to whatever box the page gives it.
    package func svg(_ options: WaveformOptions) -> [UInt8] {
        let canvas = WaveformCanvas(options)
        let samples = sampleRange(from: options.from, to: options.to)
        let lanes = lanes(options.channels)
        var text: [UInt8] = []
        text.append(text: "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"")
        text.append(decimal: canvas.width)
        text.append(text: "\" height=\"")
        text.append(decimal: canvas.height)
        text.append(text: "\" viewBox=\"0 0 ")
        text.append(decimal: canvas.width)
        text.append(text: " ")
        text.append(decimal: canvas.height * 10)
        text.append(text: "\" preserveAspectRatio=\"none\"><path fill=\"")
        text.append(contentsOf: canvas.color.hexadecimal.utf8)
        if canvas.color.alpha < 255 {
            text.append(text: "\" fill-opacity=\"")
            text.append(decimal: Int((Double(canvas.color.alpha) / 255 * 1000).rounded()), places: 3)
        }
        text.append(text: "\" d=\"")
        for (index, lane) in lanes.enumerated() {
            let shape = WaveformShape(level: base, lane: lane, samples: samples, count: canvas.width)
            let band = canvas.band(index, of: lanes.count)
            text.append(outlineOf: shape.columns.map { band.rows($0.least, $0.greatest) })
        }
        text.append(text: "\"/></svg>\n")
        return text
    }
}

extension [UInt8] {
    /// A closed path along the tops from left to right and the bottoms back, in columns of 1 and rows of a tenth.
    fileprivate mutating func append(outlineOf rows: [(top: Float, bottom: Float)]) {
        let tops = rows.map { Int(($0.top * 10).rounded()) }
        let bottoms = rows.map { Int(($0.bottom * 10).rounded()) }
        append(text: "M0 ")
        append(decimal: tops[0])
        for index in tops.indices.dropFirst() {
            append(text: "l1")
            if tops[index] >= tops[index - 1] { append(UInt8(ascii: " ")) }
            append(decimal: tops[index] - tops[index - 1])
        }
        append(text: "h1V")
        append(decimal: bottoms[bottoms.count - 1])
        append(text: "h-1")
        for index in bottoms.indices.dropLast().reversed() {
            append(text: "l-1")
            if bottoms[index] >= bottoms[index + 1] { append(UInt8(ascii: " ")) }
            append(decimal: bottoms[index] - bottoms[index + 1])
        }
        append(text: "z")
    }
}
