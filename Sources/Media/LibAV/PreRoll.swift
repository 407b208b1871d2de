import CLibAV

/// How much has to be decoded before a packet until a fresh decoder gives what one that came all the way would.
///
/// Measured on hundreds of files. Decoders that fill in noise of their own (AAC, where a file uses that) never come to
/// the same noise; everything else of their output does.
struct PreRoll: Hashable {
    /// At least this many packets.
    let packets: Int
    /// At least this many samples per channel.
    var samples: Int64 = 0

    init(packets: Int, samples: Int64 = 0) {
        self.packets = packets
        self.samples = samples
    }

    /// What an opened source needs.
    init(for input: borrowing InputFile) {
        let profile = input.parameters.pointee.profile
        switch input.parameters.pointee.codec_id {
        case AV_CODEC_ID_MP3: self.init(packets: 12)
        // Packets of 20 ms were measured; shorter ones must not mean less time.
        case AV_CODEC_ID_OPUS: self.init(packets: 64, samples: 64 * 960)
        case AV_CODEC_ID_VORBIS: self.init(packets: 1)
        // Spectral band replication waits for its header, which comes about twice a second.
        case AV_CODEC_ID_AAC where profile == FF_PROFILE_AAC_HE || profile == FF_PROFILE_AAC_HE_V2:
            self.init(packets: 64)
        case AV_CODEC_ID_AAC: self.init(packets: 1)
        default: self.init(packets: 0)
        }
    }

    /// The packet to begin with for the output of packet `target`.
    ///
    /// It is the very first one as long as the container's own trim at the beginning is not over: only from there is
    /// that trim counted down rightly.
    func start(before target: Int, in index: PacketIndex) -> Int {
        var start = max(0, target - packets)
        let firstSample = index[target].firstSample
        while start > 0, firstSample - index[start].firstSample < samples { start -= 1 }
        return index[start].firstSample == 0 ? 0 : start
    }
}
