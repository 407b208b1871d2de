internal import CLibAV

/// Decodes one picture from memory.
enum PictureDecoder {
    /// - Throws: `.unreadable`, `.outOfMemory`.
    static func decode(_ bytes: [UInt8], _ format: PictureHeader.Format, maximumPixels: Int) throws(MediaError) -> Frame
    {
        _ = LibraryLog.silenced
        let codec = avcodec_find_decoder(identifier(of: format))
        var allocated = avcodec_alloc_context3(codec)
        guard let context = allocated else { throw MediaError.outOfMemory }
        defer { avcodec_free_context(&allocated) }
        context.pointee.thread_count = 1
        context.pointee.max_pixels = Int64(maximumPixels)
        let packet = try Packet()
        try packet.fill(bytes)
        let frame = try Frame()
        guard avcodec_open2(context, codec, nil) >= 0, avcodec_send_packet(context, packet.raw) >= 0 else {
            throw damaged
        }
        avcodec_send_packet(context, nil)
        guard avcodec_receive_frame(context, frame.raw) >= 0, frame.raw.pointee.width > 0,
            frame.raw.pointee.height > 0,
            Int(frame.raw.pointee.width) * Int(frame.raw.pointee.height) <= maximumPixels
        else { throw damaged }
        return frame
    }

    private static let damaged = MediaError(
        code: .unreadable,
        message: "The picture is damaged or of a kind that is not read: save it again as PNG or JPEG.")

    private static func identifier(of format: PictureHeader.Format) -> AVCodecID {
        switch format {
        case .png: AV_CODEC_ID_PNG
        case .jpeg: AV_CODEC_ID_MJPEG
        case .webp: AV_CODEC_ID_WEBP
        }
    }
}

extension Frame {
    /// How the picture has to be turned, by its Exif.
    var orientation: PictureOrientation {
        let value = Options.pairs(of: raw.pointee.metadata).first { $0.key == "Orientation" }?.value
        return PictureOrientation(exif: value.flatMap { Int($0.filter(\.isNumber)) } ?? 1)
    }
}
