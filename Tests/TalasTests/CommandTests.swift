import Foundation
import TestSupport
import Testing

/// The commands that need no server, as a shell sees them.
struct CommandTests {
    private let flac = Fixture.path("sine-440hz-2s-stereo-48k.flac")

    @Test(
        arguments: [
            (["nonsense"], 2), (["probe"], 2), (["serve", "--roles", "juggling"], 2),
            (["waveform", "x.flac", "-o", "out.txt"], 2), (["transcode", "x.flac", "-o", "out.aiff"], 2),
            (["transcode", "x.flac", "-o", "out.opus", "--bitrate", "129"], 2),
            (["transcode", "x.flac", "-o", "out.mp3", "--channels", "3"], 2),
            (["migrate", "down", "0"], 2), (["probe", "/nonexistent.flac"], 1), (["--help"], 0),
            (["serve", "--help"], 0),
        ] as [([String], Int32)])
    func endsWithTheRightCode(arguments: [String], expected: Int32) async throws {
        let program = try await Program.talas(arguments)
        #expect(program.status == expected, "\(program.errors)")
        #expect(program.errors.isEmpty == (expected == 0))
        #expect(!program.errors.contains("Fatal error") && !program.errors.contains("Stack dump"))
    }

    @Test(arguments: [
        (["PORT": "http"], "PORT"), (["JWT_EXPIRY": "soon"], "JWT_EXPIRY"),
        (["MAX_TRACK_SIZE": "huge"], "MAX_TRACK_SIZE"),
        (["ENVIRONMENT": "production"], "JWT_SECRET"),
        (["ENVIRONMENT": "production", "JWT_SECRET": "short"], "JWT_SECRET"),
        (["TLS_CERT": "/tmp/certificate.pem"], "TLS_KEY"),
    ])
    func refusesToStartWithWrongSettings(environment: [String: String], variable: String) async throws {
        let program = try await Program.talas(["serve"], environment: environment)
        #expect(program.status == 1)
        #expect(program.errors.contains(variable))
        #expect(program.errors.split(separator: "\n").count == 1, "\(program.errors)")
    }

    @Test func sharesSecretsBeforeRoles() async throws {
        let program = try await Program.talas(["serve", "--roles", "api"])
        #expect(program.status == 1)
        #expect(program.errors.contains("JWT_SECRET"))
    }

    @Test func probes() async throws {
        let program = try await Program.talas(["probe", flac])
        let object = try #require(try JSONSerialization.jsonObject(with: program.output) as? [String: Any])
        #expect(object["codec"] as? String == "flac")
        #expect(object["sample_rate"] as? Int == 48_000)
        #expect(object["channels"] as? Int == 2)
    }

    @Test func writesEveryFormOfAWaveform() async throws {
        let folder = try TemporaryDirectory()
        for name in ["wave.dat", "wave.json", "wave.peaks.json", "wave.png", "wave.svg"] {
            let program = try await Program.talas(["waveform", flac, "-o", "\(folder.path)/\(name)"])
            #expect(program.status == 0, "\(program.errors)")
            #expect(FileManager.default.fileExists(atPath: "\(folder.path)/\(name)"))
        }
        let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/wave.json"))
        let json = try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
        #expect(json["length"] as? Int == (96_000 + 255) / 256)
    }

    @Test(arguments: ["mp3", "opus", "m4a", "flac", "wav"])
    func transcodes(to name: String) async throws {
        let folder = try TemporaryDirectory()
        let output = "\(folder.path)/out.\(name)"
        let program = try await Program.talas(["transcode", flac, "-o", output])
        #expect(program.status == 0, "\(program.errors)")
        let probe = try await Program.run(
            "ffprobe", ["-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", output])
        let seconds = try #require(Double(probe.text.trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(abs(seconds - 2) < 0.06)
    }

    @Test func leavesNothingBehindWhatItCannotConvert() async throws {
        let folder = try TemporaryDirectory()
        let source = "\(folder.path)/text.wav"
        try Data("This is no audio.".utf8).write(to: URL(fileURLWithPath: source))
        let program = try await Program.talas(["transcode", source, "-o", "\(folder.path)/out.mp3"])
        #expect(program.status == 1)
        #expect(program.errors.split(separator: "\n").count == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["text.wav"])
    }

    @Test func describesItsInterface() async throws {
        let program = try await Program.talas(["openapi"])
        let object = try #require(try JSONSerialization.jsonObject(with: program.output) as? [String: Any])
        #expect(object["openapi"] as? String == "3.1.0")
    }
}
