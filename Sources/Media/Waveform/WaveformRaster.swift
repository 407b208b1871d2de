internal import CPNG

/// A picture of one colour: how much of each pixel is covered, 0…1.
struct WaveformRaster {
    /// Columns of a shape in a pixel; their mean smooths the outline.
    static let columnsPerPixel = 4
    /// Opacity of the extremes; the mean level inside them is opaque.
    static let outerOpacity: Float = 0.45

    let width: Int
    let height: Int
    private var coverage: [Float]

    /// An empty picture.
    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        coverage = Array(repeating: 0, count: width * height)
    }

    /// Draws a shape that has `columnsPerPixel` columns a pixel.
    mutating func draw(_ shape: WaveformShape, in band: WaveformCanvas.Band) {
        for (index, column) in shape.columns.enumerated() {
            let x = index / Self.columnsPerPixel
            fill(x, band.rows(column.least, column.greatest), Self.outerOpacity / Float(Self.columnsPerPixel))
            fill(
                x, band.rows(column.meanLeast, column.meanGreatest),
                (1 - Self.outerOpacity) / Float(Self.columnsPerPixel))
        }
    }

    private mutating func fill(_ x: Int, _ rows: (top: Float, bottom: Float), _ opacity: Float) {
        let top = max(0, rows.top)
        let bottom = min(Float(height), rows.bottom)
        guard top < bottom else { return }
        for y in Int(top)..<Int(bottom.rounded(.up)) {
            let covered = min(bottom, Float(y + 1)) - max(top, Float(y))
            coverage[y * width + x] += covered * opacity
        }
    }

    /// The picture as a PNG with a palette of 256 opacities of one colour.
    /// - Throws: `outOfMemory` when libpng cannot write it.
    func png(color: WaveformColor) throws(MediaError) -> [UInt8] {
        let palette = (0...255).flatMap { level in
            [color.red, color.green, color.blue, UInt8((level * Int(color.alpha) + 127) / 255)]
        }
        let pixels = coverage.map { UInt8(min(255, max(0, $0 * 255 + 0.5))) }
        var image = png_image()
        image.version = UInt32(PNG_IMAGE_VERSION)
        image.width = UInt32(width)
        image.height = UInt32(height)
        image.format = UInt32(PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_ALPHA | PNG_FORMAT_FLAG_COLORMAP)
        image.colormap_entries = 256
        var size = pixels.count + pixels.count / 512 + 8192
        var bytes = [UInt8](repeating: 0, count: size)
        guard png_image_write_to_memory(&image, &bytes, &size, 0, pixels, Int32(width), palette) != 0 else {
            throw MediaError(code: .outOfMemory, message: "The picture could not be written: try a smaller one.")
        }
        bytes.removeLast(bytes.count - size)
        return bytes
    }
}
