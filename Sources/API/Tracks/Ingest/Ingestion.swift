import Foundation
import Media
import NIOPosix
import Platform
import Synchronization

/// One job's decoding, and what is kept of it.
struct Ingestion: Sendable {
    /// How far it has come: shared with the task that tells its owner.
    final class Progress: Sendable {
        private let state = Mutex(0.0)

        /// 0…1.
        var fraction: Double {
            get { state.withLock { $0 } }
            set { state.withLock { $0 = newValue } }
        }
    }

    /// What came of it: what the rows are to say, and the picture inside, which is yet to be stored.
    struct Outcome: Sendable {
        var finding: IngestQueue.Finding
        let cover: [UInt8]?
    }

    let store: BlobStore
    /// A running pool for what waits for the disk.
    let files: NIOThreadPool
    let work: any MediaWork

    /// Decodes the blob once and stores waveform and packet index beside it. Both have one place and are written aside
    /// and renamed, so that doing it again changes nothing.
    func run(_ blob: BlobID, _ progress: Progress) async throws -> Outcome {
        let result = try await work.ingest(blob) { progress.fraction = $0 }
        let store = store
        try await files.runIfActive {
            try store.writeDerived(result.waveform.serialised(), .waveform, of: blob)
            try store.writeDerived(result.packetIndex.serialised(), .packetIndex, of: blob)
        }
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
