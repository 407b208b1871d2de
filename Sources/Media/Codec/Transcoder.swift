/// Turns a whole file into another format.
package enum Transcoder {
    /// Decodes one file and encodes another, on the calling thread.
    ///
    /// Tags are carried over. More than two channels are mixed down to stereo in lossy formats. Rates: Opus has
    /// 48 kHz; MP3 and AAC keep 32, 44.1 and 48 kHz, and turn others into 44.1 or 48 kHz; FLAC and WAV keep the
    /// source's rate and depth (FLAC up to 24 bits). The output appears under its name only when it is whole.
    /// - Parameters:
    ///   - bitrateKilobits: kbit/s, 128 when nil; must be nil for FLAC and WAV.
    ///   - progress: told the part done, 0–1, on the calling thread.
    ///   - isCancelled: asked before each packet.
    /// - Throws: codes of `Ingest.file`; `.invalidOption` for a bitrate the format lacks; `.storageFull`, `.io`.
    package static func transcode(
        input: String, output: String, format: TranscodeFormat, bitrateKilobits: Int? = nil,
        limits: MediaLimits = MediaLimits(), progress: @escaping (Double) -> Void = { _ in },
        isCancelled: @escaping () -> Bool = { false }
    ) throws(MediaError) {
        let bitrate = try format.bitrate(kilobits: bitrateKilobits)
        let control = WorkControl(progress: progress, isCancelled: isCancelled)
        var decoder = try LinearDecoder(path: input, threads: 0, control: control)
        let probe = Probe(decoder.input)
        var session: TranscodeSession?
        try decoder.run { _ in
        } onFrame: { frame throws(MediaError) in
            let current: TranscodeSession
            if let session {
                current = session
            } else {
                try limits.check(sampleRate: frame.sampleRate, channels: frame.channels)
                let source = AudioFormat(sampleRate: frame.sampleRate, layout: frame.layout, encoding: frame.encoding)
                let plan = TranscodePlan(format, source: source, bits: probe.bitsPerSample, bitrate: bitrate)
                current = try TranscodeSession(plan, path: output, tags: probe.tags)
                session = current
            }
            try current.take(frame)
            try limits.check(
                sampleCount: current.sampleCount, sampleRate: current.sampleRate, channels: current.channels)
        }
        guard let session else {
            throw MediaError(code: .unreadable, message: "Nothing in this file can be decoded.")
        }
        try session.finish()
        control.reportDone()
    }
}
