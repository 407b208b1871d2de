/// How a track's packets are to be decoded: the one entry of its `stsd`.
struct SampleEntry {
    let rendition: Rendition

    var bytes: [UInt8] {
        switch rendition.codec {
        case .opus: entry("Opus", opusConfiguration)
        default: entry("mp4a", elementaryStream)
        }
    }

    /// The fields that all sound has (ISO/IEC 14496-12, 12.2.3), then what only this codec has.
    private func entry(_ type: String, _ configuration: [UInt8]) -> [UInt8] {
        var fields = Box.zeros(6) + [UInt8](bigEndian: UInt16(1)) + Box.zeros(8)
        for number in [UInt16(rendition.channels), 16, 0, 0] { fields.append(bigEndian: number) }
        fields.append(bigEndian: UInt32(RenditionSource.resampledRate) << 16)
        return Box.plain(type, fields, configuration)
    }

    /// `dOps`: an Opus head of big-endian numbers (Encapsulation of Opus in ISO Base Media File Format, 4.3.2).
    private var opusConfiguration: [UInt8] {
        var fields: [UInt8] = [0, UInt8(rendition.channels)]
        fields.append(bigEndian: UInt16(rendition.codec.leadingSamples))
        // Browsers refuse another rate than that of the entry, be it only for information. No gain; channels mapped as
        // mono or stereo.
        fields.append(bigEndian: UInt32(RenditionSource.resampledRate))
        return Box.plain("dOps", fields + [0, 0, 0])
    }

    /// `esds`: descriptors in one another (ISO/IEC 14496-1, 7.2.6).
    private var elementaryStream: [UInt8] {
        let largestFrame = UInt32(AACFragments.largestPacketBytes(channels: rendition.channels))
        let rate = [UInt8](bigEndian: UInt32(rendition.codec.packetBytes(channels: rendition.channels) * 375))
        // MPEG-4 audio; the decoder's buffer in three bytes; most and mean bits per second.
        let decoder = [0x40, 0x15] + [UInt8](bigEndian: largestFrame).dropFirst() + rate + rate
        let stream = [0, 1, 0] + descriptor(4, decoder + descriptor(5, audioConfiguration)) + descriptor(6, [2])
        return Box.full("esds", descriptor(3, stream))
    }

    /// AAC-LC at 48 kHz, and that there is no spectral band replication (ISO/IEC 14496-3, 1.6.2.1).
    private var audioConfiguration: [UInt8] { [0x11, 0x80 | UInt8(rendition.channels) << 3, 0x56, 0xe5, 0] }

    private func descriptor(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] { [tag, UInt8(content.count)] + content }
}
