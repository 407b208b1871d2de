import Media
import Synchronization

/// Some seconds of sweeps, tones and bursts of noise in many formats, and what a rendition needs to know of them.
enum SegmentSources {
    /// Seconds of the material.
    static let seconds = 6.2

    private static let music = """
        aevalsrc=0.3*sin(2*PI*(80*t+40*t*t))*(0.6+0.4*sin(3*t))+0.4*(random(0)-0.5)*exp(-8*mod(t\\,0.47))\
        |0.25*sin(2*PI*(3000-120*t)*t)*(0.5+0.5*sin(1.7*t))+0.5*(random(1)-0.5)*exp(-15*mod(t\\,0.61))\
        :s=48000:d=\(seconds)
        """

    /// A source of the material, ingested.
    /// - Parameter options: of `ffmpeg` for its file.
    static func make(_ name: String, _ options: String = "") throws -> RenditionSource {
        try made.withLock { made in
            if let known = made["\(name) \(options)"] { return known }
            let encoding = options.split(separator: " ").map(String.init)
            let source = try open(try Reference.make(name, ["-f", "lavfi", "-i", music] + encoding))
            made["\(name) \(options)"] = source
            return source
        }
    }

    /// Ingest takes its time in unoptimised builds.
    private static let made = Mutex<[String: RenditionSource]>([:])

    /// A file as a source.
    static func open(_ path: String) throws -> RenditionSource {
        let known = try Ingest.file(path)
        return try RenditionSource(
            path: path, packetIndex: known.packetIndex, sampleRate: known.sampleRate, channels: known.channels,
            sampleCount: known.sampleCount)
    }

    /// Formats with each kind of access to packets.
    static let formats: [(name: String, options: String)] = [
        ("44.flac", "-ar 44100"), ("44.mp3", "-ar 44100 -b:a 160k"), ("vbr.mp3", "-ar 44100 -q:a 4 -write_xing 0"),
        ("44.ogg", "-ar 44100 -c:a libvorbis"), ("a.opus", "-c:a libopus"), ("a.webm", "-c:a libopus"),
        ("8.wav", "-ar 8000"), ("96.wav", "-ar 96000 -c:a pcm_s24le"), ("44.m4a", "-ar 44100 -aac_pns 0"),
        ("44.wv", "-ar 44100"),
        ("5.1.flac", "-ac 6"), ("mono.flac", "-ac 1 -ar 32000"),
    ]
}
