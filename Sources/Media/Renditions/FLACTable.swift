/// What is known of a FLAC rendition once it was made: where its segments lie, and what its header says of the whole.
package struct FLACTable: Hashable, Sendable, Codable {
    package let format: FLACFormat
    /// Bytes of each segment.
    let segmentBytes: [Int]
    /// Bytes of the smallest and of the largest frame.
    let frameBytes: ClosedRange<Int>
    /// MD5 of all samples, 16 bytes.
    let md5: [UInt8]

    /// - Parameters:
    ///   - segments: of each its size and its frames', in order; none of an empty track.
    ///   - md5: by ``FLACDigest``.
    package init(format: FLACFormat, segments: [Segment], md5: [UInt8]) {
        self.format = format
        segmentBytes = segments.map(\.bytes)
        let smallest = segments.map(\.frameBytes.lowerBound).min() ?? 0
        frameBytes = smallest...(segments.map(\.frameBytes.upperBound).max() ?? 0)
        self.md5 = md5
    }

    /// About what it takes in memory.
    package var memoryBytes: Int { 256 + segmentBytes.count * 8 }

    /// The sizes of one segment.
    package struct Segment: Hashable, Sendable {
        let bytes: Int
        let frameBytes: ClosedRange<Int>

        /// Stands for one that is not known yet.
        static let empty = Segment(bytes: 0, frameBytes: 0...0)

        private init(bytes: Int, frameBytes: ClosedRange<Int>) {
            self.bytes = bytes
            self.frameBytes = frameBytes
        }

        /// Measures a segment that was made.
        /// - Parameter frames: the numbers of its frames.
        /// - Throws: `.io` when the bytes are not those frames.
        package init(_ bytes: [UInt8], frames: Range<Int64>) throws(MediaError) {
            let sizes = bytes.withUnsafeBufferPointer {
                FLACFrameSizes.range(of: $0, first: frames.lowerBound, count: Int64(frames.count))
            }
            guard let sizes else {
                throw MediaError(code: .io, message: "The encoder gave no FLAC frames: try another format.")
            }
            self.bytes = bytes.count
            frameBytes = sizes
        }
    }
}
