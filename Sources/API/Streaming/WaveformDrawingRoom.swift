import HTTPTypes
package import Media
package import NIOPosix
import Platform
import Synchronization

/// Makes waveform files from what ingest stored, on threads of its own; has the recording decoded again only for a zoom
/// that does not follow from it. Refuses what would have to wait for long.
package final class WaveformDrawingRoom: Sendable {
    /// Drawings that may be under way and wait: each takes milliseconds.
    private static let maximumDrawings = 256

    private let store: BlobStore
    private let threads: NIOThreadPool
    private let work: any MediaWork
    private let maximumDecodes: Int
    private let underWay = Mutex((drawings: 0, decodes: 0))

    /// - Parameters:
    ///   - threads: a running pool, not the one that listeners' reads wait for.
    ///   - work: decodes.
    ///   - maximumDecodes: how many may be under way and wait that decode the whole track.
    package init(store: BlobStore, threads: NIOThreadPool, work: any MediaWork, maximumDecodes: Int) {
        self.store = store
        self.threads = threads
        self.work = work
        self.maximumDecodes = maximumDecodes
    }

    /// The bytes of a waveform file. 503 when too many are asked for at once, 400 for one that is too large.
    func draw(_ blob: BlobID, _ format: WaveformFormat, _ options: WaveformOptions) async throws -> [UInt8] {
        let decodes = Self.hasZoom(format, options) && !options.samplesPerPixel.isMultiple(of: Self.storedZoom)
        let isAdmitted = underWay.withLock { count in
            guard count.drawings < Self.maximumDrawings, !decodes || count.decodes < maximumDecodes else {
                return false
            }
            count.drawings += 1
            count.decodes += decodes ? 1 : 0
            return true
        }
        guard isAdmitted else {
            throw Problem(
                .serviceUnavailable, code: "media_busy", "Too many waveforms are being drawn: try again in a moment.",
                retryAfterSeconds: 2)
        }
        defer {
            underWay.withLock { count in
                count.drawings -= 1
                count.decodes -= decodes ? 1 : 0
            }
        }
        do {
            let pyramid = try await pyramid(of: blob, format, options)
            return try await threads.runIfActive { try pyramid.render(format, options) }
        } catch let error as MediaError where error.code == .limitExceeded {
            throw Problem.invalid(["samples_per_pixel": error.message])
        }
    }

    private func pyramid(
        of blob: BlobID, _ format: WaveformFormat, _ options: WaveformOptions
    ) async throws -> WaveformPyramid {
        let stored = try await stored(blob)
        let zoom = options.samplesPerPixel
        guard Self.hasZoom(format, options), !stored.isExact(samplesPerPixel: zoom) else { return stored }
        return try await work.waveform(of: blob, samplesPerPixel: zoom)
    }

    /// Samples per pixel of what ingest stores.
    private static let storedZoom = 256

    /// Pictures, and peaks of a given number, fit the range to their width instead.
    private static func hasZoom(_ format: WaveformFormat, _ options: WaveformOptions) -> Bool {
        format == .dat || format == .json || (format == .peaks && options.width == nil)
    }

    /// What ingest stored; a lost or damaged one is made again.
    private func stored(_ blob: BlobID) async throws -> WaveformPyramid {
        let store = store
        let stored = try await threads.runIfActive { () throws(MediaError) -> WaveformPyramid? in
            try store.readDerived(.waveform, of: blob).flatMap { bytes in try? WaveformPyramid(serialised: bytes) }
        }
        if let stored { return stored }
        let pyramid = try await work.waveform(of: blob, samplesPerPixel: Self.storedZoom)
        try await threads.runIfActive {
            try store.writeDerived(pyramid.serialised(), .waveform, of: blob)
        }
        return pyramid
    }
}
