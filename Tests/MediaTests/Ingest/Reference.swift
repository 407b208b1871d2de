import Foundation

/// What the `ffmpeg` program says about a file, and files that it makes.
enum Reference {
    /// Failure of a helper program.
    struct Failure: Error { let message: String }

    /// A folder of this run, removed at its end.
    static let folder: String = {
        let path = NSTemporaryDirectory() + "talas-media-\(getpid())"
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        atexit { try? FileManager.default.removeItem(atPath: NSTemporaryDirectory() + "talas-media-\(getpid())") }
        return path
    }()

    /// Runs a program; its standard output.
    @discardableResult
    static func run(_ program: String, _ arguments: [String]) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(message: "\(program) \(arguments.joined(separator: " ")): \(process.terminationStatus)")
        }
        return data
    }

    /// A new file made by `ffmpeg` with these arguments before its name.
    static func make(_ name: String, _ arguments: [String]) throws -> String {
        let path = "\(folder)/\(UUID().uuidString)-\(name)"
        try run("ffmpeg", ["-nostdin", "-v", "error", "-y"] + arguments + [path])
        return path
    }

    /// A new file with these bytes.
    static func write(_ name: String, _ bytes: some DataProtocol) throws -> String {
        let path = "\(folder)/\(UUID().uuidString)-\(name)"
        try Data(bytes).write(to: URL(filePath: path))
        return path
    }

    /// Bytes of a file.
    static func bytes(_ path: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: URL(filePath: path))) }

    /// Interleaved 16-bit samples of a whole decode.
    static func samples(_ path: String) throws -> [Int16] {
        let data = try run("ffmpeg", ["-nostdin", "-v", "quiet", "-i", path, "-map", "0:a:0", "-f", "s16le", "-"])
        return data.withUnsafeBytes { Array($0.bindMemory(to: Int16.self)) }
    }

    /// Loudness by the `ebur128` filter.
    static func loudness(_ path: String) throws -> (integrated: Double, range: Double, truePeak: Double) {
        let text = try run(
            "sh",
            [
                "-c",
                """
                ffmpeg -nostdin -hide_banner -i "$0" -map 0:a:0 \
                -af ebur128=peak=true:metadata=1,ametadata=mode=print:file=- -f null - 2>&1
                """, path,
            ])
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
        func last(_ marker: String, _ separator: Character) throws -> Double {
            let found = lines.last { $0.contains(marker) }?.split(separator: separator).last
            let number = found?.split(separator: " ").first.flatMap { Double($0) }
            guard let number else { throw Failure(message: "no \(marker) for \(path)") }
            return number
        }
        return (
            try last("lavfi.r128.I=", "="), try last("lavfi.r128.LRA=", "="), try last("    Peak:", ":")
        )
    }
}
