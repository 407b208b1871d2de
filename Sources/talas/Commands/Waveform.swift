import ArgumentParser
import Foundation
import Media

struct Waveform: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Draw or write the waveform of an audio file.")

    @Argument(help: "The audio file.", completion: .file())
    var file: String

    @Option(name: .shortAndLong, help: "Where to write; .json, .dat, .png, .svg or .peaks.json says what.")
    var output: String

    @Option(help: "Samples of each value in data files, 2 or more.")
    var samplesPerPixel: Int?

    @Option(help: "Bits of each value in data files: 8 or 16.")
    var bits: Int?

    @Option(help: "`mono` for the mix, `split` for each channel.")
    var channels: String?

    @Option(help: "Where to begin, in seconds.")
    var from: Double?

    @Option(help: "Where to end, in seconds.")
    var to: Double?

    @Option(help: "Width of a picture in pixels, or number of peaks.")
    var width: Int?

    @Option(help: "Height of a picture in pixels.")
    var height: Int?

    @Option(help: "Colour of a picture: #rrggbb or a name.")
    var color: String?

    func run() throws {
        guard
            let format = WaveformFormat.allCases.first(where: { output.lowercased().hasSuffix("." + $0.fileExtension) })
        else {
            let known = WaveformFormat.allCases.map { ".\($0.fileExtension)" }.joined(separator: ", ")
            throw Failure("The name of the output has to end in one of \(known).", isWrongUsage: true)
        }
        let options = try options()
        let pyramid = try Media.Waveform.file(file, samplesPerPixel: options.samplesPerPixel)
        let bytes = try pyramid.render(format, options)
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: output), options: .atomic)
        } catch {
            throw Failure("\(output) cannot be written: \(error.localizedDescription)")
        }
    }

    private func options() throws -> WaveformOptions {
        let parameters: [String: String?] = [
            "samples_per_pixel": samplesPerPixel.map(String.init), "bits": bits.map(String.init), "channels": channels,
            "from": from.map { String($0) }, "to": to.map { String($0) }, "width": width.map(String.init),
            "height": height.map(String.init), "color": color,
        ]
        do {
            return try WaveformOptions(parameters: parameters.compactMapValues { $0 })
        } catch {
            let faults = error.fields.sorted { $0.key < $1.key }.map {
                "--\($0.key.replacing("_", with: "-")): \($0.value)"
            }
            throw Failure(faults.joined(separator: " "), isWrongUsage: true)
        }
    }
}
