/// Turns pictures of strangers into plain JPEGs.
package enum Picture {
    /// Largest file in bytes.
    package static let maximumBytes = 10 << 20
    /// Most pixels a picture may declare: what decoding it may take is told before it begins.
    package static let maximumPixels = 40_000_000

    /// Decodes a PNG, JPEG or WebP, told by content, and encodes it anew as a baseline JPEG in the shape asked for. It
    /// is turned as its Exif says, laid on white where it is transparent, and carries no metadata. Blocks; the same
    /// bytes give the same result on the same machine.
    /// - Throws: `.unsupportedCodec` for another format; `.tooLarge` and `.limitExceeded` for more bytes or pixels than
    ///   allowed, before anything is decoded; `.unreadable` for a damaged one; `.invalidOption` for a side out of
    ///   bounds; `.outOfMemory`.
    package static func jpeg(_ bytes: [UInt8], _ shape: PictureShape) throws(MediaError) -> [UInt8] {
        guard PictureShape.sides.contains(shape.side) else {
            throw MediaError(
                code: .invalidOption,
                message:
                    "A picture's side must be \(PictureShape.sides.lowerBound) to \(PictureShape.sides.upperBound).")
        }
        guard bytes.count <= maximumBytes else {
            throw MediaError(code: .tooLarge, message: "A picture may have at most \(maximumBytes >> 20) MiB.")
        }
        guard let header = PictureHeader(bytes) else {
            throw MediaError(code: .unsupportedCodec, message: "This is not a picture: send a PNG, JPEG or WebP.")
        }
        guard header.width * header.height <= maximumPixels else {
            throw MediaError(
                code: .limitExceeded,
                message: "A picture may have at most \(maximumPixels / 1_000_000) megapixels: send a smaller one.")
        }
        let frame = try PictureDecoder.decode(bytes, header.format, maximumPixels: maximumPixels)
        let orientation = frame.orientation
        let raster = try PictureRaster(frame, shape).turned(orientation)
        return try PictureEncoder.jpeg(raster)
    }
}
