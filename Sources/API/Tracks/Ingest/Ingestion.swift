import Foundation
import Media
import Platform
import Synchronization

/// One job's decoding: blocks the thread it runs on.
struct Ingestion: Sendable {
    /// How far it has come, and whether it is to stop: shared with the task that waits for it.
    final class Progress: Sendable {
        private let state = Mutex((fraction: 0.0, isCancelled: false))

        /// 0…1.
        var fraction: Double {
            get { state.withLock { $0.fraction } }
            set { state.withLock { $0.fraction = newValue } }
        }

        var isCancelled: Bool { state.withLock { $0.isCancelled } }

        func cancel() { state.withLock { $0.isCancelled = true } }
    }

    /// What came of it: what the rows are to say, and the picture inside, which is yet to be stored.
    struct Outcome: Sendable {
        var finding: IngestQueue.Finding
        let cover: [UInt8]?
    }

    let store: BlobStore

    /// Decodes the blob once and stores waveform and packet index beside it. Both have one place and are written aside
    /// and renamed, so that doing it again changes nothing.
    func run(_ blob: BlobID, _ progress: Progress) throws(MediaError) -> Outcome {
        let result = try Ingest.file(
            store.path(of: blob), progress: { progress.fraction = $0 }, isCancelled: { progress.isCancelled })
        try store.writeDerived(result.waveform.serialised(), .waveform, of: blob)
        try store.writeDerived(result.packetIndex.serialised(), .packetIndex, of: blob)
        var facts = TrackFacts()
        facts.sampleCount = Int(result.sampleCount)
        facts.durationMilliseconds = result.durationMilliseconds
        facts.loudnessLUFS = Self.finite(result.loudness.integratedLUFS)
        facts.loudnessRangeLU = Self.finite(result.loudness.rangeLU)
        facts.truePeakDBTP = Self.finite(result.loudness.truePeakDBTP)
        facts.warnings = result.warnings
        var finding = IngestQueue.Finding(sampleRate: result.sampleRate, channels: result.channels, facts: facts)
        finding.fingerprint = result.fingerprint
        finding.lyrics = LyricsText.embedded(result.probe.tags["lyrics"])
        return Outcome(finding: finding, cover: result.cover)
    }

    /// JSON has no infinity: silence has no loudness.
    private static func finite(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }
}
