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
        let work = ParallelWork(pieces: count, units: layout.packetCount)
        defer { output.stop() }
        try work.run(threads: threads, control: control) { number throws(MediaError) in
            do throws(MediaError) {
                let frames = layout.packets(ofSegment: Int64(number))
                let stretch = try SegmentEncoder.flac(source, frames: frames, channels: channels)
                try output.write(stretch, frames: frames, segment: number)
                try work.advance(Int64(frames.count))
            } catch {
                // Others may wait for this segment.
                output.stop()
                throw error
            }
        }
        let table = FLACTable(format: format, segments: output.segments, md5: output.md5)
        try file.write(self.layout(table).header, at: 0)
    }

    private func layout(_ table: FLACTable?) -> RenditionLayout {
        RenditionLayout(
            rendition, sampleRate: source.sampleRate, sampleCount: source.sampleCount, tags: tags,
            identity: "", flac: table)
    }
}
