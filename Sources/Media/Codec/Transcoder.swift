/// Turns a whole file into another format.
package enum Transcoder {
    /// What a file is to become.
    package struct Wish: Sendable {
        package var format: TranscodeFormat
        /// kbit/s, 128 when nil; must be nil for FLAC and WAV.
        package var kilobits: Int?
        /// 1 or 2; nil for the source's own: at most two in lossy formats.
        package var channels: Int?

        package init(_ format: TranscodeFormat, kilobits: Int? = nil, channels: Int? = nil) {
            self.format = format
            self.kilobits = kilobits
            self.channels = channels
        }
    }

    /// Decodes one file and encodes another.
    ///
    /// MP3, Opus and FLAC are encoded on all processors, and are what the server gives of that rendition, tags apart:
    /// MP3 and Opus at 48 kHz. AAC keeps 32, 44.1 and 48 kHz, and turns others into 44.1 or 48 kHz; FLAC and WAV keep the
    /// source's rate and depth (FLAC up to 24 bits). Tags are carried over. More than two channels are mixed down to
    /// stereo in lossy formats. The output appears under its name only when it is whole.
    /// - Parameters:
    ///   - progress: told the part done, 0–1, on the calling thread.
    ///   - isCancelled: asked every now and then, on the calling thread.
    /// - Throws: codes of `Ingest.file`; `.invalidOption` for a bitrate the format lacks; `.storageFull`, `.io`.
    package static func transcode(
        input: String, output: String, as wish: Wish, limits: MediaLimits = MediaLimits(),
        progress: @escaping (Double) -> Void = { _ in }, isCancelled: @escaping () -> Bool = { false }
    ) throws(MediaError) {
        let kilobits = try wish.format.checked(kilobits: wish.kilobits)
        guard (wish.channels ?? 1) >= 1, (wish.channels ?? 1) <= 2 else {
            throw MediaError(code: .invalidOption, message: "Choose 1 or 2 channels.")
        }
        let job = TranscodeJob(
            input: input, output: output, format: wish.format, kilobits: kilobits, channels: wish.channels,
            limits: limits)
        if let codec = wish.format.renditionCodec(kilobits: kilobits) {
            for count in SourceScan.Count.allCases {
                let control = WorkControl(progress: { progress($0 / 20) }, isCancelled: isCancelled)
                guard let source = try SourceScan.run(input, count, limits: limits, control: control) else { continue }
                // A file that contradicts what its packets say of themselves is counted again by decoding.
                do throws(MediaError) {
                    try job.run(source, codec, progress: progress, isCancelled: isCancelled)
                    return progress(1)
                } catch {
                    guard error.code == .unreadable else { throw error }
                }
            }
        }
        try job.runLinearly(WorkControl(progress: progress, isCancelled: isCancelled))
    }
}
