import Crypto
internal import Foundation

/// A name for what this machine's codecs do, and how Talas lays it out: equal where they give the same bytes.
///
/// Codecs choose code by processor, and change with their versions, so the same segment may come out differently
/// elsewhere. A short fixed signal goes through decoder, resampler and encoders, and what comes out is hashed.
package enum BehaviourDigest {
    private static let sampleRate = 44_100
    private static let sampleCount = 44_100

    /// Blocks for as long as a second of sound takes to encode.
    /// - Parameter directory: where a file can be written for that long.
    /// - Returns: 16 hexadecimal digits.
    package static func compute(in directory: String) throws(MediaError) -> String {
        let path = "\(directory)/behaviour-\(UUID().uuidString)"
        defer { unlink(path) }
        guard FileManager.default.createFile(atPath: path, contents: Data(signal)) else {
            throw MediaError(code: .io, message: "No file can be written in \(directory): make room or give access.")
        }
        return try compute(signalAt: path)
    }

    /// As ``compute(in:)``, of a file that holds ``signal``.
    package static func compute(signalAt path: String) throws(MediaError) -> String {
        let index = try Ingest.file(path).packetIndex
        let source = try RenditionSource(
            path: path, packetIndex: index, sampleRate: index.sampleRate, channels: 2, sampleCount: index.sampleCount)
        var digest = SHA256()
        digest.update(data: Array("layout \(RenditionLayout.version) ".utf8))
        for version in LibraryVersions.all {
            digest.update(data: Array("\(version) ".utf8))
        }
        for codec in [RenditionCodec.mp3(kilobits: 128), .opus(kilobits: 96), .wav, .flac] {
            let count = SegmentEncoder.packetCount(source, codec)
            for channels in 1...2 {
                // From the middle, so that access by index is part of it.
                let packets = try SegmentEncoder.encode(source, codec, packets: 5..<min(20, count), channels: channels)
                digest.update(data: packets)
            }
        }
        for channels in 1...2 {
            let fragments = AACFragments(kilobits: 128)
            let packets = try AACSegmentEncoder.encode(source, packets: 5..<20, channels: channels, fragments)
            digest.update(data: packets.bytes)
        }
        return digest.finalize().prefix(8).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }

    /// A second of sawtooth and noise as a WAV file, from integers alone.
    package static var signal: [UInt8] {
        var bytes = WAVHeader(channels: 2, sampleRate: sampleRate, dataBytes: Int64(sampleCount * 4)).bytes
        bytes.reserveCapacity(bytes.count + sampleCount * 4)
        var noise: UInt32 = 1
        for sample in 0..<sampleCount {
            noise = noise &* 1_664_525 &+ 1_013_904_223
            bytes.append(littleEndian: Int16(truncatingIfNeeded: sample * 331 % 24_000 - 12_000))
            bytes.append(littleEndian: Int16(truncatingIfNeeded: Int32(bitPattern: noise) >> 18))
        }
        return bytes
    }
}
