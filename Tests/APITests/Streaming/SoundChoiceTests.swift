import Media
import Platform
import Testing

@testable import API

@Suite struct SoundChoiceTests {
    private static func source(_ fileExtension: String, codec: String, channels: Int = 2) throws -> TrackSource {
        let blob = try #require(BlobID(rawValue: String(repeating: "a", count: 64)))
        return TrackSource(
            blob: blob, size: 1, mediaType: "audio/\(fileExtension)", fileExtension: fileExtension, container: "any",
            codec: codec, sampleRate: 48_000, channels: channels)
    }

    private static func choose(
        _ wish: SoundChoice.Wish, _ source: TrackSource, mayHaveOriginal: Bool = true
    ) throws(Problem) -> SoundChoice {
        try SoundChoice(wish, of: source, mayHaveOriginal: mayHaveOriginal)
    }

    private static func rendition(_ codec: RenditionCodec, channels: Int = 2) -> SoundChoice {
        .rendition(Rendition(codec: codec, channels: channels))
    }

    @Test func ownFormatIsTheOriginal() throws {
        let flac = try Self.source("flac", codec: "flac")
        #expect(try Self.choose(.init(format: "flac"), flac) == .original)
        #expect(try Self.choose(.init(format: "original"), flac) == .original)
        #expect(try Self.choose(.init(format: "mp3"), flac) == Self.rendition(.mp3(kilobits: 128)))
        let mp3 = try Self.source("mp3", codec: "mp3")
        #expect(try Self.choose(.init(format: "mp3"), mp3) == .original)
        #expect(try Self.choose(.init(format: "mp3", bitrate: "64"), mp3) == Self.rendition(.mp3(kilobits: 64)))
        #expect(
            try Self.choose(.init(format: "mp3"), mp3, mayHaveOriginal: false) == Self.rendition(.mp3(kilobits: 128)))
    }

    @Test func anOwnM4AIsTheOriginalUnlessABitrateIsNamed() throws {
        let m4a = try Self.source("m4a", codec: "aac")
        #expect(try Self.choose(.init(format: "m4a"), m4a) == .original)
        #expect(try Self.choose(.init(format: "aac"), m4a) == .original)
        #expect(try Self.choose(.init(format: "m4a", bitrate: "64"), m4a) == Self.rendition(.aac(kilobits: 64)))
        #expect(
            try Self.choose(.init(format: "aac"), m4a, mayHaveOriginal: false) == Self.rendition(.aac(kilobits: 128)))
        let adts = try Self.source("aac", codec: "aac")
        #expect(try Self.choose(.init(format: "aac"), adts) == .original)
        #expect(try Self.choose(.init(format: "m4a"), adts) == Self.rendition(.aac(kilobits: 128)))
        let alac = try Self.source("m4a", codec: "alac")
        #expect(try Self.choose(.init(format: "m4a"), alac) == .original)
        #expect(try Self.choose(.init(format: "aac"), alac) == Self.rendition(.aac(kilobits: 128)))
        #expect(try Self.choose(.init(accept: "audio/mp4"), alac) == Self.rendition(.aac(kilobits: 128)))
    }

    @Test(
        arguments: [
            ("original", nil, nil, "not_downloadable"), ("flac", "128", nil, "invalid"),
            ("aac", "32", nil, "invalid"), ("mp3", "100", nil, "invalid"), ("opus", "320", nil, "invalid"),
            ("wav", "128", nil, "invalid"), ("mp3", nil, "3", "invalid"), ("x", nil, nil, "unsupported_format"),
        ] as [(String, String?, String?, String)])
    func refuses(format: String, bitrate: String?, channels: String?, code: String) throws {
        let flac = try Self.source("flac", codec: "flac")
        let wish = SoundChoice.Wish(format: format, bitrate: bitrate, channels: channels)
        let problem = #expect(throws: Problem.self) { try Self.choose(wish, flac, mayHaveOriginal: false) }
        #expect(problem?.code == code)
    }

    @Test func aGainMakesARendition() throws {
        let wave = try Self.source("wav", codec: "pcm_s16le")
        let louder = SoundChoice.rendition(Rendition(codec: .wav, channels: 2, gain: 150))
        #expect(try Self.choose(.init(format: "wav", gain: 150), wave) == louder)
        #expect(try Self.choose(.init(format: "wav", gain: 0), wave) == Self.rendition(.wav))
        #expect(try Self.choose(.init(format: "wav"), wave) == .original)
    }

    @Test func channelsFollowTheSource() throws {
        let mono = try Self.source("flac", codec: "flac", channels: 1)
        let surround = try Self.source("wv", codec: "wavpack", channels: 6)
        #expect(try Self.choose(.init(format: "flac"), surround) == Self.rendition(.flac, channels: 6))
        #expect(try Self.choose(.init(format: "flac", channels: "1"), surround) == Self.rendition(.flac, channels: 1))
        #expect(try Self.choose(.init(format: "wav"), mono) == Self.rendition(.wav, channels: 1))
        #expect(try Self.choose(.init(format: "wav", channels: "2"), mono) == Self.rendition(.wav, channels: 2))
        #expect(try Self.choose(.init(format: "wav"), surround) == Self.rendition(.wav, channels: 2))
    }

    @Test func acceptDecidesWhereNothingIsNamed() throws {
        let flac = try Self.source("flac", codec: "flac")
        let ape = try Self.source("ape", codec: "ape")
        #expect(try Self.choose(.init(), flac) == .original)
        #expect(try Self.choose(.init(accept: "*/*"), flac) == .original)
        #expect(try Self.choose(.init(accept: "audio/ogg"), flac) == Self.rendition(.opus(kilobits: 128)))
        #expect(try Self.choose(.init(accept: "audio/flac"), ape) == Self.rendition(.flac))
        #expect(try Self.choose(.init(format: "flac"), flac, mayHaveOriginal: false) == Self.rendition(.flac))
        #expect(try Self.choose(.init(accept: "image/png"), flac) == .original)
        #expect(try Self.choose(.init(), ape) == Self.rendition(.mp3(kilobits: 128)))
        #expect(try Self.choose(.init(accept: "audio/ape"), ape) == .original)
        #expect(try Self.choose(.init(bitrate: "96", accept: "*/*"), flac) == Self.rendition(.mp3(kilobits: 96)))
        #expect(try Self.choose(.init(), flac, mayHaveOriginal: false) == Self.rendition(.mp3(kilobits: 128)))
    }

    @Test(arguments: [
        ("mp3", "mp3", true), ("flac", "flac", true), ("wav", "pcm_s24le", true), ("wav", "mp3", false),
        ("m4a", "aac", true), ("m4a", "alac", false), ("ogg", "vorbis", true), ("opus", "opus", true),
        ("aiff", "pcm_s16be", false), ("ape", "ape", false), ("wv", "wavpack", false),
    ])
    func whatBrowsersPlay(fileExtension: String, codec: String, plays: Bool) throws {
        #expect(try Self.source(fileExtension, codec: codec).isPlayedByBrowsers == plays)
    }
}
