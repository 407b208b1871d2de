package import Foundation

/// Audio of the repository's `fixtures` folder, and audio made on the spot.
package enum Fixture {
    package static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appending(path: "fixtures")

    /// The path of a fixture.
    package static func path(_ name: String) -> String { folder.appending(path: name).path }

    /// The bytes of a fixture.
    package static func data(_ name: String) throws -> Data { try Data(contentsOf: folder.appending(path: name)) }

    /// A 16-bit stereo WAV of noise at 48 kHz; another seed makes another file.
    package static func noise(seconds: Double, seed: UInt64) -> Data {
        let frames = Int(seconds * 48_000)
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        var samples = Data(capacity: frames * 4)
        for _ in 0..<frames {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            withUnsafeBytes(of: UInt32(truncatingIfNeeded: state).littleEndian) { samples.append(contentsOf: $0) }
        }
        var file = Data("RIFF".utf8)
        func append<Number: FixedWidthInteger>(_ number: Number) {
            withUnsafeBytes(of: number.littleEndian) { file.append(contentsOf: $0) }
        }
        append(UInt32(36 + samples.count))
        file.append(Data("WAVEfmt ".utf8))
        append(UInt32(16))
        append(UInt16(1))
        append(UInt16(2))
        append(UInt32(48_000))
        append(UInt32(192_000))
        append(UInt16(4))
        append(UInt16(16))
        file.append(Data("data".utf8))
        append(UInt32(samples.count))
        return file + samples
    }
}
