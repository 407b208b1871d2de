/// The first frame of an MP3 of constant bitrate: silent, it tells players the exact length and what to leave out at
/// both ends. Layout of Xing's tag (here `Info`) with LAME's extension; at 64 kbit/s in stereo it just fits.
struct MP3InfoFrame {
    /// LAME's own delay in samples; players add the 529 of the decoder.
    private static let encoderDelay = 576
    /// Bitrates of MPEG-1 layer III by their index in the frame's head, from 1.
    private static let bitrates = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]

    let kilobits: Int
    let channels: Int
    /// Frames that follow.
    let frameCount: Int64
    /// Samples per channel that are the track's.
    let sampleCount: Int64

    var bytes: [UInt8] {
        let codec = RenditionCodec.mp3(kilobits: kilobits)
        let frameBytes = codec.packetBytes(channels: channels)
        let totalBytes = Int64(frameBytes) * (frameCount + 1)
        var frame = head
        frame.append(contentsOf: Array("Info".utf8))
        // Frames, bytes, table and quality are there.
        frame.append(bigEndian: UInt32(15))
        frame.append(bigEndian: UInt32(clamping: frameCount))
        frame.append(bigEndian: UInt32(clamping: totalBytes))
        // Where each hundredth of the time lies, in 256ths of the bytes: proportional.
        frame.append(contentsOf: (0..<100).map { UInt8($0 * 256 / 100) })
        frame.append(bigEndian: UInt32(0))
        appendEncoderTag(to: &frame, totalBytes: totalBytes, samplesPerFrame: codec.samplesPerPacket)
        frame.append(bigEndian: Self.checksum(frame))
        return frame + Array(repeating: 0, count: frameBytes - frame.count)
    }

    /// Frame head (48 kHz, no checksum, no padding) and empty side information.
    private var head: [UInt8] {
        let index = (Self.bitrates.firstIndex(of: kilobits) ?? 0) + 1
        let mode: UInt8 = channels == 1 ? 0b1100_0000 : 0b0100_0000
        let sideInformation = Array(repeating: UInt8(0), count: channels == 1 ? 17 : 32)
        return [0xff, 0xfb, UInt8(index << 4 | 0b0100), mode | 0b0000_0100] + sideInformation
    }

    /// LAME's extension, up to its checksum.
    private func appendEncoderTag(to frame: inout [UInt8], totalBytes: Int64, samplesPerFrame: Int) {
        let padding = frameCount * Int64(samplesPerFrame) - sampleCount - Int64(Self.encoderDelay)
        frame.append(contentsOf: Array("LAME3.100".utf8))
        // Constant bitrate; no low-pass told; no peak, no gains; no flags.
        frame.append(contentsOf: [0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
        frame.append(UInt8(min(kilobits, 255)))
        let delays = UInt32(Self.encoderDelay) << 12 | UInt32(clamping: padding) & 0xfff
        frame.append(contentsOf: [16, 8, 0].map { UInt8(truncatingIfNeeded: delays >> $0) })
        // Miscellaneous, gain, preset: nothing.
        frame.append(contentsOf: [0, 0, 0, 0])
        frame.append(bigEndian: UInt32(clamping: totalBytes))
        // The checksum of the music is not known before it is encoded; players do without.
        frame.append(contentsOf: [0, 0])
    }

    /// CRC-16 of everything before it: polynomial 0x8005, low bit first, from zero.
    static func checksum(_ bytes: [UInt8]) -> UInt16 {
        bytes.reduce(UInt16(0)) { value, byte in
            (0..<8).reduce(value ^ UInt16(byte)) { value, _ in value & 1 != 0 ? value >> 1 ^ 0xa001 : value >> 1 }
        }
    }
}
