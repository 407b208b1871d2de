import Glibc
import Media

/// What is run on each input.
enum Target: String {
    /// Looks at the beginning, as an upload does before it is kept.
    case probe
    /// Decodes everything, as reading in does, and holds what comes out against itself.
    case ingest

    /// As `FUZZ_TARGET` says; reading in when it says nothing.
    static let chosen = getenv("FUZZ_TARGET").flatMap { Target(rawValue: String(cString: $0)) } ?? .ingest

    private static let file = InputOnDisk()

    /// Runs on these bytes; ends the process where something does not hold.
    /// - Returns: 0, as libFuzzer wants it.
    func run(_ bytes: UnsafeRawBufferPointer) -> Int32 {
        Self.file.write(bytes)
        do throws(MediaError) {
            switch self {
            case .probe: try checkProbe()
            case .ingest: try checkIngest()
            }
        } catch {
            precondition(error.code != .io && error.code != .outOfMemory, "a fault of the machine: \(error)")
            precondition(error.message.hasSuffix("."), "every refusal is a sentence")
        }
        return 0
    }

    private func checkProbe() throws(MediaError) {
        let probe = try Probe.file(Self.file.path)
        precondition(probe.sampleRate > 0 && probe.channels > 0)
        precondition(!probe.mediaType.isEmpty && !probe.fileExtension.isEmpty)
    }

    private func checkIngest() throws(MediaError) {
        var limits = MediaLimits()
        limits.durationSeconds = 60
        limits.samplesOfAllChannels = 60 * 48_000 * 2
        let result = try Ingest.file(Self.file.path, limits: limits)
        precondition(result.sampleCount > 0 && result.durationMilliseconds >= 0)
        let index = try PacketIndex(serialised: result.packetIndex.serialised())
        precondition(index.count == result.packetIndex.count && index.sampleCount == result.packetIndex.sampleCount)
        let waveform = try WaveformPyramid(serialised: result.waveform.serialised())
        precondition(waveform.sampleCount == result.waveform.sampleCount)
        for figure in [result.loudness.integratedLUFS, result.loudness.rangeLU, result.loudness.truePeakDBTP] {
            precondition(figure.map { !$0.isNaN } ?? true)
        }
    }
}

/// A file in memory, without a name, that holds one input after the other.
struct InputOnDisk {
    private let descriptor: Int32

    init() {
        let name = "/dev/shm/talas-fuzz-\(getpid())"
        descriptor = open(name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        precondition(descriptor >= 0, "\(name) cannot be made")
        unlink(name)
    }

    /// Opens it anew for whoever opens this.
    var path: String { "/proc/self/fd/\(descriptor)" }

    func write(_ bytes: UnsafeRawBufferPointer) {
        precondition(pwrite(descriptor, bytes.baseAddress, bytes.count, 0) == bytes.count)
        precondition(ftruncate(descriptor, bytes.count) == 0)
    }
}
