import Crypto
internal import Foundation

/// A name for what this machine's codecs do, and how Talas lays it out: equal where they give the same bytes.
///
/// Codecs choose code by processor, and change with their versions, so the same segment may come out differently
/// elsewhere. A short fixed signal goes through the resampler and every encoder, what comes out of those that lose something
/// through their decoders, and all of it is hashed. Of other decoders only the version counts: lossless ones have no choice,
/// and that of Vorbis stands on the same transforms as those of AAC and Opus.
package enum BehaviourDigest {
    private static let sampleRate = 44_100
    private static let sampleCount = 22_050

    /// Blocks for as long as a few seconds of sound take to encode.
    /// - Parameter directory: where files can be written for that long.
    /// - Returns: 16 hexadecimal digits.
    package static func compute(in directory: String) throws(MediaError) -> String {
        var paths: [String] = []
        defer { for path in paths { unlink(path) } }
        return try compute { bytes throws(MediaError) in
            let path = "\(directory)/behaviour-\(UUID().uuidString)"
            guard FileManager.default.createFile(atPath: path, contents: Data(bytes)) else {
                throw MediaError(
                    code: .io, message: "No file can be written in \(directory): make room or give access.")
            }
            paths.append(path)
            return path
        }
    }

    /// As ``compute(in:)``.
    /// - Parameter file: gives the path of a file of these bytes, which has to stay until this is done.
    package static func compute(
        _ file: (_ bytes: [UInt8]) throws(MediaError) -> String
    ) throws(MediaError) -> String {
        let source = try file(signal)
        var digest = SHA256()
        digest.update(data: Array("layout \(RenditionLayout.version) ".utf8))
        for version in LibraryVersions.all {
            digest.update(data: Array("\(version) ".utf8))
        }
        for format in TranscodeFormat.allCases {
            for channels in 1...2 {
                let pieces = try TranscodedPieces(source, as: Transcoder.Wish(format, channels: channels))
                var whole: [UInt8] = []
                for number in 0..<pieces.count { whole += try pieces.bytes(ofPiece: number) }
                digest.update(data: whole)
                if !format.isLossless { try decode(try file(whole), into: &digest) }
            }
        }
        return digest.finalize().prefix(8).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }

    private static func decode(_ path: String, into digest: inout SHA256) throws(MediaError) {
        let control = WorkControl(progress: { _ in }, isCancelled: { false })
        var decoder = try LinearDecoder(path: path, threads: 1, control: control)
        try decoder.run { _ in
        } onFrame: { frame in
            for channel in 0..<frame.channels {
                guard let samples = frame.floats(channel: channel) else { continue }
                digest.update(bufferPointer: UnsafeRawBufferPointer(samples))
            }
        }
    }

    /// Half a second of sawtooth and noise as a WAV file, from integers alone.
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
