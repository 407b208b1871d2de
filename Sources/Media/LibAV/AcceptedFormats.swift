internal import CLibAV

/// The demuxers and decoders that may touch bytes of strangers; all others of FFmpeg stay closed.
enum AcceptedFormats {
    /// Names as libavformat has them.
    static let demuxers: [String] = [
        "mp3", "flac", "wav", "w64", "aiff", "ogg", "aac", "mov,mp4,m4a,3gp,3g2,mj2", "wv", "ape", "matroska,webm",
    ]

    /// Below this FFmpeg itself calls a guess doubtful: one lonely frame header in noise scores 1.
    static let minimumProbeScore: Int32 = 5

    private static let compressed: [AVCodecID] = [
        AV_CODEC_ID_MP3, AV_CODEC_ID_FLAC, AV_CODEC_ID_VORBIS, AV_CODEC_ID_OPUS, AV_CODEC_ID_AAC, AV_CODEC_ID_ALAC,
        AV_CODEC_ID_WAVPACK, AV_CODEC_ID_APE,
    ]

    /// Linear and companded PCM as WAV, AIFF, MP4 and Matroska carry it.
    private static let pcm: [AVCodecID] = [
        AV_CODEC_ID_PCM_U8, AV_CODEC_ID_PCM_S8, AV_CODEC_ID_PCM_S16LE, AV_CODEC_ID_PCM_S16BE, AV_CODEC_ID_PCM_S24LE,
        AV_CODEC_ID_PCM_S24BE, AV_CODEC_ID_PCM_S32LE, AV_CODEC_ID_PCM_S32BE, AV_CODEC_ID_PCM_F32LE,
        AV_CODEC_ID_PCM_F32BE, AV_CODEC_ID_PCM_F64LE, AV_CODEC_ID_PCM_F64BE, AV_CODEC_ID_PCM_ALAW,
        AV_CODEC_ID_PCM_MULAW,
    ]

    /// Names of the decoders that libavformat may open while it looks around.
    static let decoders: [String] = (compressed + pcm).compactMap { identifier in
        avcodec_find_decoder(identifier).map { String(cString: $0.pointee.name) }
    }

    static func accepts(_ codec: AVCodecID) -> Bool { compressed.contains(codec) || pcm.contains(codec) }
}
