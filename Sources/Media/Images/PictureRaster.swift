/// Opaque pixels of a picture, four bytes each (red, green, blue, unused), row by row without gaps.
struct PictureRaster {
    let width: Int
    let height: Int
    private(set) var pixels: [UInt32]

    /// - Parameter pixels: red, green, blue and opacity, which is laid on white.
    init(width: Int, height: Int, transparent pixels: [UInt32]) {
        self.width = width
        self.height = height
        self.pixels = pixels.map(Self.onWhite)
    }

    private init(width: Int, height: Int, pixels: [UInt32]) {
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    /// The same picture, upright.
    func turned(_ orientation: PictureOrientation) -> PictureRaster {
        guard orientation != .upright else { return self }
        let (wide, high) = orientation.isTransposed ? (height, width) : (width, height)
        var turned: [UInt32] = []
        turned.reserveCapacity(pixels.count)
        for row in 0..<high {
            let down = orientation.isMirroredDown ? high - 1 - row : row
            for column in 0..<wide {
                let across = orientation.isMirroredAcross ? wide - 1 - column : column
                turned.append(orientation.isTransposed ? pixels[across * width + down] : pixels[down * width + across])
            }
        }
        return PictureRaster(width: wide, height: high, pixels: turned)
    }

    /// The first of the four bytes is the lowest here: the machine is little-endian, as all that Talas runs on are.
    private static func onWhite(_ pixel: UInt32) -> UInt32 {
        let opacity = pixel >> 24
        guard opacity < 255 else { return pixel }
        return (0..<3).reduce(0xFF00_0000) { result, channel in
            let value = pixel >> (8 * channel) & 0xFF
            let mixed = (value * opacity + 255 * (255 - opacity) + 127) / 255
            return result | mixed << (8 * channel)
        }
    }
}
