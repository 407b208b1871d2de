import Testing

/// One way of writing an audio file, and what a probe must say of it.
struct Format: Sendable, CustomTestStringConvertible {
    let name: String
    let arguments: [String]
    let container: String
    let codec: String
    let fileExtension: String

    init(_ name: String, _ options: String, _ container: String, _ codec: String, _ fileExtension: String) {
        self.name = name
        arguments = options.split(separator: " ").map(String.init)
        self.container = container
        self.codec = codec
        self.fileExtension = fileExtension
    }

    var testDescription: String { "\(name) \(arguments.joined(separator: " "))" }

    /// Makes a file of this format.
    /// - Parameter source: an `ffmpeg` source, such as `sine=440:d=1`.
    func file(_ source: String = Format.music) throws -> String {
        try Reference.make(name, ["-f", "lavfi", "-i", source] + arguments)
    }

    /// A stereo signal with a different spectrum left and right.
    static let music = "aevalsrc=0.4*sin(440*2*PI*t)+0.2*random(0)-0.1|0.5*sin(997*2*PI*t)*sin(3*t):s=44100:d=1.234"

    static let all: [Format] =
        [
            Format("cbr.mp3", "-b:a 128k", "mp3", "mp3", "mp3"),
            Format("vbr.mp3", "-q:a 4", "mp3", "mp3", "mp3"),
            Format("vbr-without-xing.mp3", "-q:a 4 -write_xing 0 -id3v2_version 0", "mp3", "mp3", "mp3"),
            Format("low-rate.mp3", "-ar 8000", "mp3", "mp3", "mp3"),
            Format("a.flac", "", "flac", "flac", "flac"),
            Format("24.flac", "-sample_fmt s32", "flac", "flac", "flac"),
            Format("8.wav", "-c:a pcm_u8", "wav", "pcm_u8", "wav"),
            Format("16.wav", "-c:a pcm_s16le", "wav", "pcm_s16le", "wav"),
            Format("24.wav", "-c:a pcm_s24le", "wav", "pcm_s24le", "wav"),
            Format("32.wav", "-c:a pcm_s32le", "wav", "pcm_s32le", "wav"),
            Format("float.wav", "-c:a pcm_f32le", "wav", "pcm_f32le", "wav"),
            Format("rf64.wav", "-rf64 always", "wav", "pcm_s16le", "wav"),
            Format("a.aiff", "", "aiff", "pcm_s16be", "aiff"),
            Format("a.ogg", "-c:a libvorbis", "ogg", "vorbis", "ogg"),
            Format("a.opus", "-c:a libopus", "ogg", "opus", "opus"),
            Format("a.aac", "", "aac", "aac", "aac"),
            Format("a.m4a", "", "mp4", "aac", "m4a"),
            Format("alac.m4a", "-c:a alac", "mp4", "alac", "m4a"),
            Format("a.wv", "", "wavpack", "wavpack", "wv"),
            Format("a.webm", "-c:a libopus", "webm", "opus", "webm"),
            Format("a.mka", "-c:a libvorbis", "matroska", "vorbis", "mka"),
            Format("mono.mp3", "-ac 1", "mp3", "mp3", "mp3"),
            Format("mono.opus", "-ac 1 -c:a libopus", "ogg", "opus", "opus"),
            Format("5.1.flac", "-ac 6", "flac", "flac", "flac"),
            Format("5.1.m4a", "-ac 6", "mp4", "aac", "m4a"),
            Format("5.1.opus", "-ac 6 -c:a libopus", "ogg", "opus", "opus"),
            Format("5.1.ogg", "-ac 6 -c:a libvorbis", "ogg", "vorbis", "ogg"),
        ]
        + [8000, 11_025, 16_000, 22_050, 32_000, 48_000, 88_200, 96_000, 192_000].map {
            Format("\($0).flac", "-ar \($0)", "flac", "flac", "flac")
        }
}
