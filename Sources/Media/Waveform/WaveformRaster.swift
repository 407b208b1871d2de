internal import CPNG

/// A picture of one colour in which every pixel has its own opacity.
struct WaveformRaster {
    /// Columns of a shape in a pixel; their mean smooths the outline.
    static let columnsPerPixel = 4
    /// Opacity of the extremes; the core inside them is opaque.
    private static let outerOpacity: Float = 0.45

    let width: Int
    let height: Int
    /// Row by row, 255 = opaque.
    private(set) var opacities: [UInt8]

    /// Draws shapes of `columnsPerPixel` columns a pixel, each in its band.
    init(width: Int, height: Int, layers: [(shape: WaveformShape, band: WaveformCanvas.Band)]) {
        self.width = width
        self.height = height
        opacities = Array(repeating: 0, count: width * height)
        var line = [Float](repeating: 0, count: height)
        for x in 0..<width {
            for layer in layers {
                for column in layer.shape.columns[x * Self.columnsPerPixel..<(x + 1) * Self.columnsPerPixel] {
                    let outer = layer.band.rows(column.least, column.greatest)
                    let core = layer.band.rows(column.coreLeast, column.coreGreatest)
                    Self.add(Self.outerOpacity / Float(Self.columnsPerPixel), to: &line, rows: outer)
                    Self.add((1 - Self.outerOpacity) / Float(Self.columnsPerPixel), to: &line, rows: core)
                }
            }
            for y in 0..<height {
                opacities[y * width + x] = UInt8(min(255, line[y] * 255 + 0.5))
                line[y] = 0
            }
        }
    }

    /// Adds to each row as much as the span covers of it.
    private static func add(_ opacity: Float, to line: inout [Float], rows: (top: Float, bottom: Float)) {
        let top = max(0, rows.top)
        let bottom = min(Float(line.count), rows.bottom)
        guard top < bottom else { return }
        for y in Int(top)..<Int(bottom.rounded(.up)) {
            line[y] += (min(bottom, Float(y + 1)) - max(top, Float(y))) * opacity
        }
    }

    /// The picture as a PNG whose palette is 256 opacities of the colour.
    /// - Throws: `outOfMemory` when libpng cannot write it.
    func png(color: WaveformColor) throws(MediaError) -> [UInt8] {
        let palette = (0...255).flatMap { opacity in
            [color.red, color.green, color.blue, UInt8((opacity * Int(color.alpha) + 127) / 255)]
        }
        var image = png_image()
        image.version = UInt32(PNG_IMAGE_VERSION)
        image.width = UInt32(width)
        image.height = UInt32(height)
        image.format = UInt32(PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_ALPHA | PNG_FORMAT_FLAG_COLORMAP)
        image.colormap_entries = 256
        // What cannot be compressed grows a little: a byte a row, and the heads of blocks and chunks.
        let rawSize = (width + 1) * height
        var size = rawSize + rawSize / 256 + 8192
        var bytes = [UInt8](repeating: 0, count: size)
        guard png_image_write_to_memory(&image, &bytes, &size, 0, opacities, Int32(width), palette) != 0 else {
            throw MediaError(code: .outOfMemory, message: "The picture could not be written: ask for a smaller one.")
        }
        bytes.removeLast(bytes.count - size)
        return bytes
    }
}
