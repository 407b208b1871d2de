internal import CLibAV

/// Writes pixels as a baseline JPEG.
enum PictureEncoder {
    /// Of the quantiser, 1 (finest) to 31: the loss is not seen.
    private static let quantiser: Int32 = 3

    /// - Throws: `.outOfMemory`.
    static func jpeg(_ raster: PictureRaster) throws(MediaError) -> [UInt8] {
        let frame = try frame(of: raster)
        let codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG)
        var allocated = avcodec_alloc_context3(codec)
        guard let context = allocated else { throw MediaError.outOfMemory }
        defer { avcodec_free_context(&allocated) }
        context.pointee.width = frame.raw.pointee.width
        context.pointee.height = frame.raw.pointee.height
        context.pointee.pix_fmt = AV_PIX_FMT_YUVJ420P
        context.pointee.time_base = AVRational(num: 1, den: 1)
        context.pointee.thread_count = 1
        // Without the flag the encoder signs its work in a comment.
        context.pointee.flags |= AV_CODEC_FLAG_QSCALE | AV_CODEC_FLAG_BITEXACT
        context.pointee.global_quality = quantiser * FF_QP2LAMBDA
        frame.raw.pointee.quality = quantiser * FF_QP2LAMBDA
        frame.raw.pointee.pts = 0
        let packet = try Packet()
        guard avcodec_open2(context, codec, nil) >= 0, avcodec_send_frame(context, frame.raw) >= 0,
            avcodec_send_frame(context, nil) >= 0, avcodec_receive_packet(context, packet.raw) >= 0
        else { throw MediaError.outOfMemory }
        return Array(packet.bytes)
    }
}
