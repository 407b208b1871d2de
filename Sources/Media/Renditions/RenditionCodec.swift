/// What a rendition is encoded as. Packets are of one number of samples and, but for AAC and FLAC, of one size.
package enum RenditionCodec: Hashable, Sendable, Codable {
    /// MPEG-1 layer III at 48 kHz, every frame on its own (no bit reservoir).
    case mp3(kilobits: Int)
    /// Opus of constant bitrate in packets of 20 ms.
    case opus(kilobits: Int)
    /// AAC-LC at 48 kHz, at one quality a segment: the finest that keeps to the bitrate.
    case aac(kilobits: Int)
    /// FLAC in frames of one number of samples, at the source's own rate; 16 bits of lossy sources, else up to 24.
    case flac
    /// 16-bit samples, little endian, at the source's own rate.
    case wav

    /// Bitrates in kbit/s that can be had of a format; empty where there is nothing to choose.
    package static let mp3Ladder = [64, 96, 128, 160, 192, 256, 320]
    /// As ``mp3Ladder``.
    package static let opusLadder = [32, 48, 64, 96, 128, 160, 192, 256]
    /// As ``mp3Ladder``.
    package static let aacLadder = [64, 96, 128, 160, 192, 256]

    /// Samples per channel of one packet.
    package var samplesPerPacket: Int {
        switch self {
        case .mp3: 1_152
        case .aac: 1_024
        case .opus, .wav: 960
        case .flac: 4_096
        }
    }

    /// Bytes of one packet: for MP3 `144 · bitrate / 48000`, for Opus a fiftieth of a second's bits; for
    /// AAC, whose packets differ, what they have in the mean; 0 for FLAC, whose frames are as long as the music needs.
    package func packetBytes(channels: Int) -> Int {
        switch self {
        case .mp3(let kilobits): 3 * kilobits
        case .opus(let kilobits): kilobits * 5 / 2
        case .aac(let kilobits): kilobits * 8 / 3
        case .flac: 0
        case .wav: samplesPerPacket * channels * 2
        }
    }

    /// Samples at 48 kHz (at the source's rate for WAV and FLAC) that a decoder gives before the first one of the track: what
    /// LAME and the filter bank, Opus's look-ahead, or AAC's first half window take.
    package var leadingSamples: Int {
        switch self {
        case .mp3: 576 + 529
        case .opus: 312
        case .aac: 1_024
        case .wav, .flac: 0
        }
    }

    /// Whether samples keep the source's rate; else they have 48 kHz.
    package var keepsSampleRate: Bool { self == .wav || self == .flac }

    /// Packets that hold `samples` per channel and everything before them.
    package func packetCount(samples: Int64) -> Int64 {
        let perPacket = Int64(samplesPerPacket)
        return (samples + Int64(leadingSamples) + perPacket - 1) / perPacket
    }

    /// Usual extension without dot.
    package var fileExtension: String {
        switch self {
        case .mp3: "mp3"
        case .opus: "opus"
        case .aac: "m4a"
        case .flac: "flac"
        case .wav: "wav"
        }
    }

    /// Media type for HTTP.
    package var mediaType: String {
        switch self {
        case .mp3: "audio/mpeg"
        case .opus: "audio/ogg; codecs=opus"
        case .aac: "audio/mp4"
        case .flac: "audio/flac"
        case .wav: "audio/wav"
        }
    }
}
