/// Takes in a new file.
package enum Ingest {
    /// Decodes a file exactly once, on the calling thread, and tells everything about it.
    ///
    /// Rate and layout are those of the first decoded frame. Where they change on the way, later frames are converted
    /// to them (libswresample, as the `ffmpeg` program does) and there is a warning `format-changed`. Memory grows with
    /// the packet index and the waveform only.
    /// - Parameters:
    ///   - path: the file; its name says nothing.
    ///   - limits: what it may at most decode to.
    ///   - progress: told the part done, 0–1, on the calling thread, about a hundred times.
    ///   - isCancelled: asked before each packet.
    /// - Throws: codes of `Probe.file`, `.limitExceeded`, `.cancelled`, `.outOfMemory`.
    package static func file(
        _ path: String, limits: MediaLimits = MediaLimits(), progress: @escaping (Double) -> Void = { _ in },
        isCancelled: @escaping () -> Bool = { false }
    ) throws(MediaError) -> IngestResult {
        let control = WorkControl(progress: progress, isCancelled: isCancelled)
        var decoder = try LinearDecoder(path: path, threads: 1, control: control)
        var analysis = Analysis(limits: limits, hasChecksums: decoder.input.needsChecksums)
        try decoder.run { packet throws(MediaError) in
            try analysis.take(packet)
        } onFrame: { frame throws(MediaError) in
            try analysis.take(frame)
        }
        let result = try analysis.finish(decoder)
        control.reportDone()
        return result
    }
}
