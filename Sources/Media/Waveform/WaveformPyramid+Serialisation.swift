internal import Crypto

/// The stored form: the finest level behind a small header, all little-endian. The other levels follow from it.
///
/// | offset | size | |
/// |---|---|---|
/// | 0 | 4 | `TWFP` |
/// | 4 | 4 | version, 1 |
/// | 8 | 4 | samples a second |
/// | 12 | 4 | channels |
/// | 16 | 4 | samples per pixel |
/// | 20 | 8 | samples per channel |
/// | 28 | 8 | first bytes of the SHA-256 of all the rest |
/// | 36 | | pixels: for each lane, minimum and maximum as 16-bit integers |
extension WaveformPyramid {
    private static let magic = Array("TWFP".utf8)
    private static let version: UInt32 = 1
    private static let checksumRange = 28..<36
    /// Bounds that a stored waveform must keep, far beyond any real one.
    private static let maximumChannels = 64
    private static let maximumSampleRate = 100_000_000

    /// The bytes to store; `init(serialised:)` reads them back.
    package func serialised() -> [UInt8] {
        var bytes = Self.magic
        bytes.reserveCapacity(Self.checksumRange.upperBound + base.values.count * 2)
        bytes.append(littleEndian: Self.version)
        bytes.append(littleEndian: UInt32(clamping: sampleRate))
        bytes.append(littleEndian: UInt32(clamping: channels))
        bytes.append(littleEndian: UInt32(clamping: samplesPerPixel))
        bytes.append(littleEndian: UInt64(sampleCount))
        bytes.append(littleEndian: UInt64(0))
        for value in base.values { bytes.append(littleEndian: value) }
        bytes.replaceSubrange(Self.checksumRange, with: Self.checksum(of: bytes))
        return bytes
    }

    /// Reads stored bytes, whoever wrote them.
    /// - Throws: `unreadable` when they are torn, altered, of another version or no waveform at all.
    package init(serialised bytes: [UInt8]) throws(MediaError) {
        let header = Self.checksumRange.upperBound
        guard bytes.count >= header, bytes.starts(with: Self.magic), bytes.integer(UInt32.self, at: 4) == Self.version,
            bytes[Self.checksumRange].elementsEqual(Self.checksum(of: bytes))
        else { throw Self.damaged }
        let channels = Int(bytes.integer(UInt32.self, at: 12))
        let sampleRate = Int(bytes.integer(UInt32.self, at: 8))
        let samplesPerPixel = Int(bytes.integer(UInt32.self, at: 16))
        guard (1...Self.maximumChannels).contains(channels), (1...Self.maximumSampleRate).contains(sampleRate),
            samplesPerPixel >= 1, let sampleCount = Int(exactly: bytes.integer(UInt64.self, at: 20))
        else { throw Self.damaged }
        let lanes = WaveformLevel.laneCount(channels: channels)
        let pixels = sampleCount / samplesPerPixel + (sampleCount.isMultiple(of: samplesPerPixel) ? 0 : 1)
        let (size, overflow) = pixels.multipliedReportingOverflow(by: lanes * 4)
        guard !overflow, bytes.count - header == size else { throw Self.damaged }
        let values = (0..<size / 2).map { bytes.integer(Int16.self, at: header + $0 * 2) }
        let base = WaveformLevel(samplesPerPixel: samplesPerPixel, laneCount: lanes, values: values)
        self.init(sampleRate: sampleRate, channels: channels, sampleCount: sampleCount, base: base)
    }

    private static let damaged = MediaError(
        code: .unreadable, message: "The stored waveform is damaged: analyse the recording again.")

    static func checksum(of bytes: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        bytes.withUnsafeBytes { all in
            hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: all[..<checksumRange.lowerBound]))
            hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: all[checksumRange.upperBound...]))
        }
        return Array(hash.finalize().prefix(checksumRange.count))
    }
}

extension [UInt8] {
    /// The little-endian integer at an offset that lies inside.
    fileprivate func integer<Number: FixedWidthInteger>(_ type: Number.Type, at offset: Int) -> Number {
        withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: type)) }
    }
}
