import ArgumentParser
import Foundation
import Media

struct Probe: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print what an audio file is, as JSON.")

    @Argument(help: "The file to look into.", completion: .file())
    var file: String

    func run() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        print(String(decoding: try encoder.encode(try Media.Probe.file(file)), as: UTF8.self))
    }
}
