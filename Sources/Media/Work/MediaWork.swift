/// All work that touches bytes of strangers, done where it can crash, hang or grow without harm to the caller.
///
/// Sources are named by their content; whoever does the work finds them. Calls suspend, and are cancelled with their
/// tasks. They throw `MediaError`s: those of the work itself, `.interrupted` when it was lost twice, `.quarantined` for a
/// source that has been lost too often; and `CancellationError`.
package protocol MediaWork: Sendable {
    /// As `Probe.file`.
    func probe(_ blob: BlobID) async throws -> Probe

    /// As `Ingest.file`.
    /// - Parameter progress: told the part done, 0–1, on any thread.
    func ingest(_ blob: BlobID, progress: @escaping @Sendable (Double) -> Void) async throws -> IngestResult

    /// As `SegmentRequest.make`; `.otherBehaviour` where no codecs do what the request asks for.
    /// - Parameters:
    ///   - blob: the request's source.
    ///   - take: given each piece of the segment as it is finished, in order, on any thread.
    func encode(
        _ segment: SegmentRequest, of blob: BlobID, take: @escaping @Sendable ([UInt8]) throws -> Void
    ) async throws

    /// A whole file in another format, as ``TranscodedPieces`` makes it.
    /// - Parameter take: given the next bytes when the last were taken; what it throws ends the work.
    func transcode(
        _ blob: BlobID, as wish: Transcoder.Wish, take: @escaping @Sendable ([UInt8]) async throws -> Void
    ) async throws

    /// As `Waveform.file`.
    func waveform(of blob: BlobID, samplesPerPixel: Int) async throws -> WaveformPyramid

    /// As `Picture.jpeg`.
    func jpeg(_ picture: [UInt8], _ shape: PictureShape) async throws -> [UInt8]

    /// As ``FileTypeDetector/mediaType(of:)``.
    func mediaType(of beginning: [UInt8]) async throws -> String?

    /// As `BehaviourDigest.compute`, of each machine that encodes segments: what they can be like.
    func behaviours() async throws -> Set<String>
}
