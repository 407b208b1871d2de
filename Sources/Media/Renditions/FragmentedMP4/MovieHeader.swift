/// What a fragmented file of one track of sound begins with: `ftyp` and `moov`, which hold everything but packets.
/// The times of a track count samples at 48 kHz; its edit list leaves out what a decoder gives before the first sample.
struct MovieHeader {
    let rendition: Rendition
    /// Samples per channel that are the track's.
    let sampleCount: Int64
    let tags: RenditionTags

    var bytes: [UInt8] {
        let brands = Array("iso6".utf8) + [0, 0, 0, 1] + Array("iso6cmfcmp41dash".utf8)
        let user = MovieTags(tags: tags, gaps: gaps).bytes
        return Box.plain("ftyp", brands) + Box.plain("moov", movie, track, extends, user)
    }

    /// Opus tells what to leave out in its own configuration, too.
    private var gaps: MovieTags.Gaps? {
        guard case .aac = rendition.codec else { return nil }
        let decoded = rendition.codec.packetCount(samples: sampleCount) * Int64(rendition.codec.samplesPerPacket)
        return MovieTags.Gaps(leading: rendition.codec.leadingSamples, sampleCount: sampleCount, decoded: decoded)
    }

    private static let timescale = [UInt8](bigEndian: UInt32(RenditionSource.resampledRate))
    /// No rotation, no scaling.
    private static let matrix = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000].flatMap { (number: UInt32) in
        [UInt8](bigEndian: number)
    }

    /// Dates are left out, and lengths where fragments give them.
    private var movie: [UInt8] {
        let volume: [UInt8] = [1, 0]
        return Box.full(
            "mvhd", version: 1, Box.zeros(16), Self.timescale, Box.zeros(8), [0, 1, 0, 0], volume, Box.zeros(10),
            Self.matrix, Box.zeros(24), [0, 0, 0, 2])
    }

    private var track: [UInt8] {
        let header = Box.full(
            "tkhd", version: 1, flags: 3, Box.zeros(16), [0, 0, 0, 1], Box.zeros(4), Box.zeros(8), Box.zeros(12),
            [1, 0, 0, 0], Self.matrix, Box.zeros(8))
        let edit = Box.full(
            "elst", version: 1, [0, 0, 0, 1], [UInt8](bigEndian: sampleCount),
            [UInt8](bigEndian: Int64(rendition.codec.leadingSamples)), [0, 1, 0, 0])
        return Box.plain("trak", header, Box.plain("edts", edit), media)
    }

    private var media: [UInt8] {
        let undetermined = [UInt8](bigEndian: UInt16(0x55c4))
        let header = Box.full(
            "mdhd", version: 1, Box.zeros(16), Self.timescale, Box.zeros(8), undetermined, Box.zeros(2))
        let handler = Box.full("hdlr", Box.zeros(4), Array("soun".utf8), Box.zeros(12), Array("Talas".utf8), [0])
        let here = Box.full("dref", [0, 0, 0, 1], Box.full("url ", flags: 1))
        let information = Box.plain("minf", Box.full("smhd", Box.zeros(4)), Box.plain("dinf", here), table)
        return Box.plain("mdia", header, handler, information)
    }

    /// Without a single packet: those are in the fragments.
    private var table: [UInt8] {
        let entry = SampleEntry(rendition: rendition).bytes
        return Box.plain(
            "stbl", Box.full("stsd", [0, 0, 0, 1], entry), Box.full("stts", Box.zeros(4)),
            Box.full("stsc", Box.zeros(4)), Box.full("stsz", Box.zeros(8)), Box.full("stco", Box.zeros(4)))
    }

    /// What holds for every packet whose fragment says nothing else.
    private var extends: [UInt8] {
        let codec = rendition.codec
        let duration = [UInt8](bigEndian: UInt32(codec.samplesPerPacket))
        let size = [UInt8](bigEndian: UInt32(codec.packetBytes(channels: rendition.channels)))
        return Box.plain(
            "mvex", Box.full("mehd", version: 1, [UInt8](bigEndian: sampleCount)),
            Box.full("trex", [0, 0, 0, 1], [0, 0, 0, 1], duration, size, Box.zeros(4)))
    }
}
