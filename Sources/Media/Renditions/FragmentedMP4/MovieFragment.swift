/// A stretch of a track's packets: `moof`, which tells their place in time and their sizes, and `mdat`, which has them.
struct MovieFragment {
    /// Counts the file's fragments from 0.
    let index: Int64
    /// Samples per channel that are decoded before it.
    let decodeTime: Int64
    let packetCount: Int
    /// Bytes of each packet; empty where all have the size that the movie's header tells.
    let packetSizes: [Int]

    /// Bytes besides the packets.
    static func overheadBytes(packetCount: Int, tellsSizes: Bool) -> Int {
        96 + (tellsSizes ? 4 * packetCount : 0)
    }

    /// The fragment with these packets, one after the other.
    func bytes(_ packets: [UInt8]) -> [UInt8] {
        let overhead = Self.overheadBytes(packetCount: packetCount, tellsSizes: !packetSizes.isEmpty)
        let base: UInt32 = 0x2_0000
        let header = Box.full("tfhd", flags: base, [0, 0, 0, 1])
        let time = Box.full("tfdt", version: 1, [UInt8](bigEndian: decodeTime))
        var run = [UInt8](bigEndian: UInt32(packetCount)) + [UInt8](bigEndian: UInt32(overhead))
        for size in packetSizes { run.append(bigEndian: UInt32(size)) }
        // It tells where the packets begin, and, as the case may be, their sizes.
        let runBox = Box.full("trun", flags: packetSizes.isEmpty ? 0x1 : 0x201, run)
        let number = Box.full("mfhd", [UInt8](bigEndian: UInt32(index + 1)))
        return Box.plain("moof", number, Box.plain("traf", header, time, runBox)) + Box.plain("mdat", packets)
    }
}
