internal import Synchronization

/// Writes a FLAC file, its segments encoded at once on all processors.
struct FLACFile {
    /// Segments that may be finished before their turn to be written, for each thread.
    private static let segmentsAheadPerThread = 4

    let source: RenditionSource
    let rendition: Rendition
    let tags: RenditionTags
    let threads: Int

    func write(to file: PartFile, control: WorkControl) throws(MediaError) {
        let layout = self.layout(nil)
        let count = Int(layout.segmentCount)
        let (source, channels) = (source, rendition.channels)
        let format = try FLACFormat(of: source, channels: channels)
        let empty = FLACTable(
            format: format, segments: Array(repeating: .empty, count: count), md5: Array(repeating: 0, count: 16))
        let output = SegmentWriter(
            file: file, start: Int64(self.layout(empty).header.count), ahead: threads * Self.segmentsAheadPerThread)
        let md5 = Mutex<[UInt8]>([])
        // The digest is the first piece, since it is the longest.
        let work = ParallelWork(pieces: count + 1, units: layout.packetCount * 2)
        defer { output.stop() }
        try work.run(threads: threads, control: control) { number throws(MediaError) in
            do throws(MediaError) {
                if number == 0 {
                    let digest = try FLACDigest.md5(source, channels: channels) { frames throws(MediaError) in
                        try work.advance(frames)
                    }
                    md5.withLock { $0 = digest }
                } else {
                    let frames = layout.packets(ofSegment: Int64(number - 1))
                    let bytes = try SegmentEncoder.encode(source, .flac, packets: frames, channels: channels)
                    try output.write(bytes, frames: frames, segment: number - 1)
                    try work.advance(Int64(frames.count))
                }
            } catch {
                // Others may wait for this segment.
                output.stop()
                throw error
            }
        }
        let table = FLACTable(format: format, segments: output.segments, md5: md5.withLock { $0 })
        try file.write(self.layout(table).header, at: 0)
    }

    private func layout(_ table: FLACTable?) -> RenditionLayout {
        RenditionLayout(
            rendition, sampleRate: source.sampleRate, sampleCount: source.sampleCount, tags: tags,
            identity: "", flac: table)
    }
}
