/// How packets of a rendition are made.
struct EncodingPlan {
    let encoder: EncoderSettings
    /// Bytes of every packet.
    let packetBytes: Int
    /// Samples per channel of every packet.
    let packetSamples: Int
    /// Samples per channel that a decoder gives before the first one of the source.
    let leadingSamples: Int
    /// Packets encoded and thrown away before a stretch, at most.
    let preRollPackets: Int
    /// Whether fewer will do where ``HearingMemory`` says so.
    let forgetsByHearing: Bool

    /// Pre-rolls to try, of which the last is always enough.
    var preRolls: [Int] { forgetsByHearing ? [HearingMemory.usualPackets, preRollPackets] : [preRollPackets] }

    /// - Returns: nil for WAV and FLAC, which need no pre-roll, and for AAC, which is encoded as ``AACSegmentEncoder`` has it.
    init?(_ codec: RenditionCodec, channels: Int) {
        let layout = ChannelLayout(channels: channels)
        switch codec {
        case .wav, .flac, .aac: return nil
        case .mp3(let kilobits):
            encoder = EncoderSettings(
                codec: "libmp3lame", format: Self.format(layout, .floatPlanar), bitrate: kilobits * 1000,
                options: ["reservoir": "0"])
            (preRollPackets, forgetsByHearing) = (HearingMemory.longestPackets, true)
        case .opus(let kilobits):
            encoder = EncoderSettings(
                codec: "libopus", format: Self.format(layout, .float), bitrate: kilobits * 1000,
                options: [
                    "vbr": "off", "frame_duration": "20", "application": "audio",
                    "compression_level": Self.opusComplexity(kilobits: kilobits),
                ])
            (preRollPackets, forgetsByHearing) = (100, false)
        }
        packetBytes = codec.packetBytes(channels: channels)
        packetSamples = codec.samplesPerPacket
        leadingSamples = codec.leadingSamples
    }

    /// Below 96 kbit/s libopus would choose between two ways of coding by what it remembers of all music before, were it
    /// not kept from analysing it.
    private static func opusComplexity(kilobits: Int) -> String { kilobits < 96 ? "6" : "10" }

    private static func format(_ layout: ChannelLayout, _ encoding: SampleEncoding) -> AudioFormat {
        AudioFormat(sampleRate: RenditionSource.resampledRate, layout: layout, encoding: encoding)
    }
}
