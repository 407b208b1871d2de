/// Writes a whole rendition into a file, its stretches encoded at once on all processors.
struct RenditionFile {
    /// A stretch is one encode: of at least this many segments, where there are so many.
    static let segmentsPerStretch: Int64 = 15

    let source: RenditionSource
    let layout: RenditionLayout
    let threads: Int

    /// The segments of each stretch.
    ///
    /// They follow from the length alone, so that every machine makes the same file: a power of two of stretches, which
    /// few processors and many can share evenly.
    static func stretches(segmentCount: Int64) -> [Range<Int64>] {
        guard segmentCount > 0 else { return [] }
        var count: Int64 = 1
        while count * 2 * segmentsPerStretch <= segmentCount { count *= 2 }
        return (0..<count).map { segmentCount * $0 / count..<segmentCount * ($0 + 1) / count }
    }

    func write(to file: PartFile, control: WorkControl) throws(MediaError) {
        let stretches = Self.stretches(segmentCount: layout.segmentCount)
        let work = ParallelWork(pieces: stretches.count, units: layout.packetCount)
        try file.write(layout.header, at: 0)
        guard case .pages(let pages) = layout.form else {
            preconditionFailure("only packets of one size have a place before they are made")
        }
        let (source, layout) = (source, layout)
        try work.run(threads: threads, control: control) { number throws(MediaError) in
            let segments = stretches[number]
            let packets =
                layout.packets(ofSegment: segments.lowerBound)
                .lowerBound..<layout.packets(ofSegment: segments.upperBound - 1).upperBound
            var (next, offset) = (packets.lowerBound, layout.bytes(ofSegment: segments.lowerBound).lowerBound)
            try SegmentEncoder.encode(
                source, layout.rendition.codec, packets: packets, channels: layout.rendition.channels,
                piecePackets: pages.packetsPerPiece
            ) { encoded throws(MediaError) in
                let end = min(next + pages.packetsPerPiece, packets.upperBound)
                let bytes = try pages.assemble(next..<end, encoded: encoded)
                try file.write(bytes, at: offset)
                try work.advance(end - next)
                offset += Int64(bytes.count)
                next = end
            }
        }
    }
}
