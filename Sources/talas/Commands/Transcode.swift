import ArgumentParser
import Foundation
import Media

struct Transcode: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Convert an audio file to MP3, Opus, AAC, FLAC or WAV.")

    @Argument(help: "The file to convert.", completion: .file())
    var file: String

    @Option(name: .shortAndLong, help: "Where to write; .mp3, .opus, .m4a, .flac or .wav says what.")
    var output: String

    @Option(help: "Bitrate in kbit/s of MP3, Opus and AAC; 128 unless told otherwise.")
    var bitrate: Int?

    @Option(help: "1 for mono, 2 for stereo; else those of the file.")
    var channels: Int?

    func run() throws {
        let name = output.split(separator: ".").last.map { $0.lowercased() } ?? ""
        guard let format = TranscodeFormat.allCases.first(where: { $0.fileExtension == name }) else {
            let known = TranscodeFormat.allCases.map { ".\($0.fileExtension)" }.joined(separator: ", ")
            throw Failure("The name of the output has to end in one of \(known).", isWrongUsage: true)
        }
        let bar = ProgressBar("Converting")
        let interruption = Interruption()
        do {
            try Transcoder.transcode(
                input: file, output: output, as: .init(format, kilobits: bitrate, channels: channels),
                progress: { bar.show($0) }, isCancelled: { interruption.hasCome })
        } catch {
            if error.code == .invalidOption { throw Failure(error.message, isWrongUsage: true) }
            guard error.code == .cancelled else { throw error }
            bar.abandon()
            throw Failure("Stopped; nothing was written.")
        }
        bar.finish()
    }
}
