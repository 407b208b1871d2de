/// The two header pages of an Opus stream (RFC 7845, section 5): always of one size, whatever the tags.
struct OpusHeaders {
    /// The packet of tags fills its page up to 4,096 bytes with zeros, which the RFC lets be.
    private static let tagPacketBytes = 4_053

    let channels: Int
    /// Of the source; for information only.
    let sampleRate: Int
    let tags: RenditionTags
    let serial: UInt32

    var bytes: [UInt8] {
        var result: [UInt8] = []
        for (number, packet) in [identification, comments].enumerated() {
            let page = OggPage(
                flags: number == 0 ? .beginningOfStream : [], granule: 0, serial: serial, number: UInt32(number),
                packetSizes: [packet.count])
            page.write(packet[...], to: &result)
        }
        return result
    }

    private var identification: [UInt8] {
        var packet = Array("OpusHead".utf8) + [1, UInt8(channels)]
        packet.append(littleEndian: UInt16(RenditionCodec.opus(kilobits: 128).leadingSamples))
        packet.append(littleEndian: UInt32(sampleRate))
        // No gain; channels mapped as mono or stereo.
        packet.append(contentsOf: [0, 0, 0])
        return packet
    }

    private var comments: [UInt8] {
        let fields = [("TITLE", tags.title), ("ARTIST", tags.artist), ("ALBUM", tags.album)].compactMap { name, value in
            value.flatMap { $0.isEmpty ? nil : Array("\(name)=".utf8) + RenditionTags.shortened($0) }
        }
        var packet = Array("OpusTags".utf8)
        let vendor = Array("Talas".utf8)
        packet.append(littleEndian: UInt32(vendor.count))
        packet.append(contentsOf: vendor)
        packet.append(littleEndian: UInt32(fields.count))
        for field in fields {
            packet.append(littleEndian: UInt32(field.count))
            packet.append(contentsOf: field)
        }
        return packet + Array(repeating: 0, count: Self.tagPacketBytes - packet.count)
    }
}
