import HTTPTypes
package import Media
package import NIOPosix
import Platform
import Synchronization

/// Makes waveform files from what ingest stored, on threads of its own; decodes again only for a zoom that does not follow
/// from it. Refuses what would have to wait for long.
package final class WaveformDrawingRoom: Sendable {
    private let store: BlobStore
    private let threads: NIOThreadPool
    private let maximumWaiting: Int
    private let waiting = Mutex(0)

    /// - Parameters:
    ///   - threads: a running pool.
    ///   - maximumWaiting: how many may be made and wait at once.
    package init(store: BlobStore, threads: NIOThreadPool, maximumWaiting: Int) {
        self.store = store
        self.threads = threads
        self.maximumWaiting = maximumWaiting
    }

    /// The bytes of a waveform file. 503 when too many are asked for at once, 400 for one that is too large.
    func draw(_ blob: BlobID, _ format: WaveformFormat, _ options: WaveformOptions) async throws -> [UInt8] {
        let isAdmitted = waiting.withLock { count in
            guard count < maximumWaiting else { return false }
            count += 1
            return true
        }
        guard isAdmitted else {
            throw Problem(
                .serviceUnavailable, code: "media_busy", "Too many waveforms are being drawn: try again in a moment.",
                retryAfterSeconds: 2)
        }
        defer { waiting.withLock { $0 -= 1 } }
        let store = store
        do {
            return try await threads.runIfActive {
                try Self.pyramid(of: blob, in: store, format, options).render(format, options)
            }
        } catch let error as MediaError where error.code == .limitExceeded {
            throw Problem.invalid(["samples_per_pixel": error.message])
        }
    }

    private static func pyramid(
        of blob: BlobID, in store: BlobStore, _ format: WaveformFormat, _ options: WaveformOptions
    ) throws(MediaError) -> WaveformPyramid {
        let stored = try stored(blob, in: store)
        // Pictures, and peaks of a given number, fit the range to their width instead.
        let hasZoom = format == .dat || format == .json || (format == .peaks && options.width == nil)
        guard hasZoom, !stored.isExact(samplesPerPixel: options.samplesPerPixel) else { return stored }
        return try Waveform.file(store.path(of: blob), samplesPerPixel: options.samplesPerPixel)
    }

    /// What ingest stored; a lost or damaged one is made again.
    private static func stored(_ blob: BlobID, in store: BlobStore) throws(MediaError) -> WaveformPyramid {
        if let bytes = try store.readDerived(.waveform, of: blob),
            let pyramid = try? WaveformPyramid(serialised: bytes)
        {
            return pyramid
        }
        let pyramid = try Waveform.file(store.path(of: blob))
        try store.writeDerived(pyramid.serialised(), .waveform, of: blob)
        return pyramid
    }
}
