import CLibAV

/// What the FFmpeg libraries of this machine can do.
package enum Capabilities {
    private static let decoders = [
        "mp3float", "flac", "pcm_s16le", "vorbis", "opus", "aac", "alac", "wavpack", "ape", "png", "mjpeg",
        "webp",
    ]
    private static let encoders = ["libmp3lame", "libopus", "aac", "flac", "pcm_s16le", "mjpeg"]

    /// Names of decoders and encoders that Talas needs and these libraries lack; none on a complete machine.
    package static func missing() -> [String] {
        decoders.filter { avcodec_find_decoder_by_name($0) == nil }.map { "decoder \($0)" }
            + encoders.filter { avcodec_find_encoder_by_name($0) == nil }.map { "encoder \($0)" }
    }
}
