internal import CLibAV

extension PictureRaster {
    /// The part of a decoded picture that a shape uses, at the size it wants.
    /// - Throws: `.unreadable` for pixels that cannot be converted, `.outOfMemory`.
    init(_ frame: borrowing Frame, _ shape: PictureShape) throws(MediaError) {
        let source = (width: Int(frame.raw.pointee.width), height: Int(frame.raw.pointee.height))
        let crop = shape.crop(width: source.width, height: source.height)
        frame.raw.pointee.crop_left = (source.width - crop.width) / 2
        frame.raw.pointee.crop_right = source.width - crop.width - (source.width - crop.width) / 2
        frame.raw.pointee.crop_top = (source.height - crop.height) / 2
        frame.raw.pointee.crop_bottom = source.height - crop.height - (source.height - crop.height) / 2
        guard av_frame_apply_cropping(frame.raw, Int32(AV_FRAME_CROP_UNALIGNED)) >= 0 else {
            throw MediaError.outOfMemory
        }
        let size = shape.result(width: crop.width, height: crop.height)
        let scaled = try frame.scaled(width: size.width, height: size.height, AV_PIX_FMT_RGBA)
        self.init(width: size.width, height: size.height, transparent: scaled.pixels)
    }
}

extension PictureEncoder {
    /// The pixels as a frame that the encoder takes: luminance, and colour at half the resolution.
    static func frame(of raster: PictureRaster) throws(MediaError) -> Frame {
        let source = try Frame.picture(width: raster.width, height: raster.height, AV_PIX_FMT_RGB0)
        source.write(raster.pixels)
        return try source.scaled(width: raster.width, height: raster.height, AV_PIX_FMT_YUVJ420P)
    }
}

extension Frame {
    /// Beyond this a smooth filter would take in more pixels than libswscale can; the nearest ones have to do.
    private static let steepestReduction = 32

    fileprivate static func picture(width: Int, height: Int, _ format: AVPixelFormat) throws(MediaError) -> Frame {
        let frame = try Frame()
        frame.raw.pointee.width = Int32(width)
        frame.raw.pointee.height = Int32(height)
        frame.raw.pointee.format = format.rawValue
        guard av_frame_get_buffer(frame.raw, 0) >= 0 else { throw MediaError.outOfMemory }
        return frame
    }

    fileprivate borrowing func scaled(width: Int, height: Int, _ format: AVPixelFormat) throws(MediaError) -> Frame {
        let result = try Frame.picture(width: width, height: height, format)
        let isSteep =
            Int(raw.pointee.width) > width * Self.steepestReduction
            || Int(raw.pointee.height) > height * Self.steepestReduction
        let filter = isSteep ? SWS_POINT : SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_BITEXACT
        let scaler = sws_getContext(
            raw.pointee.width, raw.pointee.height, AVPixelFormat(raw.pointee.format), Int32(width), Int32(height),
            format, filter, nil, nil, nil)
        defer { sws_freeContext(scaler) }
        guard scaler != nil, sws_scale_frame(scaler, result.raw, raw) >= 0 else {
            throw MediaError(
                code: .unreadable, message: "The picture's colours cannot be converted: save it again as PNG or JPEG.")
        }
        return result
    }

    /// Four bytes a pixel, row by row without gaps; only for such formats.
    fileprivate var pixels: [UInt32] {
        let (width, height) = (Int(raw.pointee.width), Int(raw.pointee.height))
        return [UInt32](unsafeUninitializedCapacity: width * height) { buffer, filled in
            let target = UnsafeMutableRawBufferPointer(buffer)
            for row in 0..<height {
                let line = UnsafeRawBufferPointer(
                    start: raw.pointee.data.0.map { $0 + row * Int(raw.pointee.linesize.0) }, count: width * 4)
                UnsafeMutableRawBufferPointer(rebasing: target[row * width * 4..<(row + 1) * width * 4])
                    .copyMemory(from: line)
            }
            filled = width * height
        }
    }

    /// The reverse.
    fileprivate borrowing func write(_ pixels: [UInt32]) {
        let (width, height) = (Int(raw.pointee.width), Int(raw.pointee.height))
        pixels.withUnsafeBytes { bytes in
            for row in 0..<height {
                guard let start = raw.pointee.data.0 else { return }
                UnsafeMutableRawBufferPointer(start: start + row * Int(raw.pointee.linesize.0), count: width * 4)
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[row * width * 4..<(row + 1) * width * 4]))
            }
        }
    }
}
