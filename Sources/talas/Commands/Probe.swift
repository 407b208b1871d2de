import ArgumentParser
import Foundation
import Media

struct Probe: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print what an audio file is, as JSON.")

    @Argument(help: "The file to look into.", completion: .file())
    var file: String

    @Flag(help: "Decode all of it, and print what an upload's analysis finds.")
    var decode = false

    func run() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        let json =
            try decode ? encoder.encode(Findings(try Ingest.file(file))) : encoder.encode(try Media.Probe.file(file))
        print(String(decoding: json, as: UTF8.self))
    }
}

/// What a whole decode tells, without what only programs read.
private struct Findings: Encodable {
    let probe: Media.Probe
    let sampleCount: Int64
    let durationMs: Int
    let loudnessLUFS: Double?
    let loudnessRangeLu: Double?
    let truePeakDBTP: Double?
    /// Of the cover as Talas keeps it.
    let coverBytes: Int?
    /// Raw items of chromaprint, as `fpcalc -raw` prints them.
    let fingerprint: [UInt32]
    let warnings: [String]

    private enum CodingKeys: String, CodingKey {
        case probe, sampleCount, durationMs, coverBytes, fingerprint, warnings
        case loudnessLUFS = "loudness_lufs"
        case loudnessRangeLu
        case truePeakDBTP = "true_peak_dbtp"
    }

    init(_ result: IngestResult) {
        probe = result.probe
        sampleCount = result.sampleCount
        durationMs = result.durationMilliseconds
        loudnessLUFS = Self.finite(result.loudness.integratedLUFS)
        loudnessRangeLu = Self.finite(result.loudness.rangeLU)
        truePeakDBTP = Self.finite(result.loudness.truePeakDBTP)
        coverBytes = result.cover?.count
        fingerprint = result.fingerprint.items
        warnings = result.warnings
    }

    /// JSON has no infinity.
    private static func finite(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }
}
