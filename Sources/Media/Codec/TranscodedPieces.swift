/// A whole file in another format, made piece by piece in order: nothing of it is kept.
///
/// The pieces are the header and the segments of the rendition that the server gives; the number of an Opus stream is
/// another one.
package struct TranscodedPieces: Sendable {
    private let source: RenditionSource
    private let layout: RenditionLayout

    /// Decodes the file once for the places of its packets; FLAC is encoded once as well, for the sizes in its header.
    /// Blocks the calling thread.
    /// - Throws: codes of `Ingest.file`; `.invalidOption` for a bitrate or channels the format lacks; `.unsupportedCodec`
    ///   for a recording whose rate or channels change on the way.
    package init(
        _ path: String, as wish: Transcoder.Wish, limits: MediaLimits = MediaLimits(),
        isCancelled: @escaping () -> Bool = { false }
    ) throws(MediaError) {
        let codec = try wish.codec()
        let control = WorkControl(progress: { _ in }, isCancelled: isCancelled)
        let tags = RenditionTags(try Probe.file(path).tags)
        guard let source = try SourceScan.run(path, .decoded, limits: limits, control: control) else {
            throw MediaError(
                code: .unsupportedCodec,
                message: "The recording's rate or channels change on the way: convert it to WAV first.")
        }
        let own = codec == .flac ? source.channels : min(2, source.channels)
        let rendition = Rendition(codec: codec, channels: wish.channels ?? own)
        func layout(_ table: FLACTable?) -> RenditionLayout {
            RenditionLayout(
                rendition, sampleRate: source.sampleRate,
                sampleCount: codec.keepsSampleRate ? source.sampleCount : source.resampledCount, tags: tags,
                identity: "\(rendition)", flac: table)
        }
        self.source = source
        guard codec == .flac else {
            self.layout = layout(nil)
            return
        }
        let unmeasured = layout(nil)
        var segments: [FLACTable.Segment] = []
        for index in 0..<unmeasured.segmentCount {
            try control.checkCancelled()
            let bytes = try SegmentRequest(source: source, layout: unmeasured, index: index).bytes()
            segments.append(try FLACTable.Segment(bytes, frames: unmeasured.packets(ofSegment: index)))
        }
        let description = try FLACDescription(source, channels: rendition.channels)
        self.layout = layout(FLACTable(format: description.format, segments: segments, md5: description.md5))
    }

    /// How many there are.
    package var count: Int64 { 1 + layout.segmentCount }
    /// Size of all together in bytes.
    package var sizeBytes: Int64 { layout.size }

    /// Makes a piece, counted from 0. Blocks the calling thread.
    /// - Throws: as `SegmentRequest.make`.
    package func bytes(ofPiece number: Int64) throws(MediaError) -> [UInt8] {
        guard number > 0 else { return layout.header }
        return try SegmentRequest(source: source, layout: layout, index: number - 1).bytes()
    }
}

extension SegmentRequest {
    /// All of its bytes.
    fileprivate func bytes() throws(MediaError) -> [UInt8] {
        var bytes: [UInt8] = []
        try make { piece throws(MediaError) in bytes += piece }
        return bytes
    }
}

extension Transcoder.Wish {
    /// The codec that it asks for.
    /// - Throws: `.invalidOption` for what there is not.
    fileprivate func codec() throws(MediaError) -> RenditionCodec {
        let kilobits = try format.checked(kilobits: kilobits) ?? 0
        guard 1...2 ~= channels ?? 1 else {
            throw MediaError(code: .invalidOption, message: "Choose 1 or 2 channels.")
        }
        switch format {
        case .mp3: return .mp3(kilobits: kilobits)
        case .opus: return .opus(kilobits: kilobits)
        case .aac: return .aac(kilobits: kilobits)
        case .flac: return .flac
        case .wav: return .wav
        }
    }
}
