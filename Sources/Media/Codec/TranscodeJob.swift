internal import Crypto
internal import Foundation

/// One file that becomes another.
struct TranscodeJob {
    let input: String
    let output: String
    let format: TranscodeFormat
    /// nil for lossless formats.
    let kilobits: Int?
    let channels: Int?
    let limits: MediaLimits

    /// Part of the progress that finding the packets was.
    private static let scanPart = 0.05
    /// Bytes that are hashed at a time.
    private static let hashedBytes = 1 << 20

    /// Encodes on all processors.
    /// - Throws: `.unreadable` when the file does not decode as `source` says.
    func run(
        _ source: RenditionSource, _ codec: RenditionCodec, progress: @escaping (Double) -> Void,
        isCancelled: @escaping () -> Bool
    ) throws(MediaError) {
        let control = WorkControl(
            progress: { progress(Self.scanPart + (1 - Self.scanPart) * $0) }, isCancelled: isCancelled)
        let tags = try Probe.file(input).tags
        let file = try PartFile(path: output)
        let threads = ProcessInfo.processInfo.activeProcessorCount
        let own = codec == .flac ? source.channels : min(2, source.channels)
        let rendition = Rendition(codec: codec, channels: channels ?? own)
        if codec == .flac {
            try FLACFile(source: source, rendition: rendition, tags: RenditionTags(tags), threads: threads)
                .write(to: file, control: control)
        } else {
            let layout = RenditionLayout(
                rendition, sampleRate: source.sampleRate, sampleCount: source.resampledCount,
                tags: RenditionTags(tags), identity: try identity(rendition))
            try RenditionFile(source: source, layout: layout, threads: threads).write(to: file, control: control)
        }
        try file.commit()
    }

    /// What the server would name the rendition: its content's hash is part of Opus.
    private func identity(_ rendition: Rendition) throws(MediaError) -> String {
        guard rendition.codec.fileExtension == "opus", let file = try BlobFile(path: input) else { return "" }
        var hash = SHA256()
        for offset in stride(from: 0, to: file.size, by: Self.hashedBytes) {
            hash.update(data: try file.read(Self.hashedBytes, at: offset))
        }
        return "\(BlobID(digest: hash.finalize()))-\(rendition)"
    }

    /// Decodes and encodes in one go, whatever the source is like.
    func runLinearly(_ control: WorkControl) throws(MediaError) {
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
                let plan = TranscodePlan(
                    format, source: source, bits: probe.bitsPerSample, bitrate: kilobits.map { $0 * 1000 },
                    channels: channels)
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
