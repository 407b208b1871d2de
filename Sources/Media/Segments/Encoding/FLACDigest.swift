internal import Crypto

/// The MD5 of a FLAC's samples, which its header carries: of just those that its segments hold.
package enum FLACDigest {
    /// Decodes the whole, segment by segment as they are encoded: some decoders make noise of their own, which depends on
    /// where they begin. Blocks the calling thread.
    /// - Parameter progress: is told each number of frames that was read; what it throws ends the work.
    /// - Throws: codes of ``SegmentEncoder``.
    /// - Returns: 16 bytes.
    package static func md5(
        _ source: RenditionSource, channels: Int, progress: (Int64) throws(MediaError) -> Void = { _ in }
    ) throws(MediaError) -> [UInt8] {
        let count = SegmentEncoder.packetCount(source, .flac)
        let step = FLACLayout.framesPerSegment(channels: channels)
        var hash = Insecure.MD5()
        for first in stride(from: 0, to: count, by: Int(step)) {
            let frames = first..<min(first + step, count)
            if try !update(&hash, source, channels, frames, fromBeginning: false) {
                guard try update(&hash, source, channels, frames, fromBeginning: true) else {
                    throw SegmentEncoder.contradiction
                }
            }
            try progress(Int64(frames.count))
        }
        return Array(hash.finalize())
    }

    /// Hashes a segment's frames, or none of them.
    /// - Returns: false when the source contradicts its index.
    private static func update(
        _ hash: inout Insecure.MD5, _ source: RenditionSource, _ channels: Int, _ frames: Range<Int64>,
        fromBeginning: Bool
    ) throws(MediaError) -> Bool {
        var samples = try FLACSamples(source, channels: channels, from: frames.lowerBound, fromBeginning: fromBeginning)
        var whole = hash
        for _ in frames {
            guard try samples.next() else { return false }
            if let values = samples.frame.interleavedInt16 {
                whole.update(bufferPointer: UnsafeRawBufferPointer(values))
            } else if let values = samples.frame.interleavedInt32 {
                whole.update(data: packed(values))
            }
        }
        hash = whole
        return true
    }

    /// Adds the samples of a frame as they are hashed.
    static func append(_ frame: borrowing Frame, to bytes: inout [UInt8]) {
        if let values = frame.interleavedInt16 {
            bytes.append(contentsOf: UnsafeRawBufferPointer(values))
        } else if let values = frame.interleavedInt32 {
            bytes += packed(values)
        }
    }

    /// The upper 24 bits of each, little endian.
    private static func packed(_ values: UnsafeBufferPointer<Int32>) -> [UInt8] {
        let count = values.count * 3
        return [UInt8](unsafeUninitializedCapacity: count) { bytes, filled in
            for number in 0..<values.count {
                let value = values[number]
                bytes[3 * number] = UInt8(truncatingIfNeeded: value >> 8)
                bytes[3 * number + 1] = UInt8(truncatingIfNeeded: value >> 16)
                bytes[3 * number + 2] = UInt8(truncatingIfNeeded: value >> 24)
            }
            filled = count
        }
    }
}
