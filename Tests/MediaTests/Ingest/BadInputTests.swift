import Foundation
import Testing

@testable import Media

/// Files that are not what they say, cut off, or made to harm: a clear refusal or what decodes, never more.
@Suite struct BadInputTests {
    private func code(of path: String, limits: MediaLimits = MediaLimits()) -> MediaError.Code? {
        let error = #expect(throws: MediaError.self) { _ = try Ingest.file(path, limits: limits) }
        #expect(error?.message.hasSuffix(".") == true)
        return error?.code
    }

    @Test func nothingAudibleIsRefused() throws {
        #expect(code(of: try Reference.write("empty.wav", [UInt8]())) == .unreadable)
        #expect(code(of: try Reference.write("text.wav", Array("I am a text, not a sound.\n".utf8))) == .unreadable)
        #expect(code(of: try Reference.write("zeros.mp3", [UInt8](repeating: 0, count: 100_000))) == .unreadable)
        #expect(code(of: "/nowhere/at/all.mp3") == .io)
        #expect(code(of: Reference.folder) == .io)
    }

    @Test(arguments: 1...20) func randomBytesAreRefused(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let bytes = (0..<50_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let refused = code(of: try Reference.write("random.mp3", bytes))
        #expect(refused == .unreadable || refused == .unsupportedCodec)
    }

    /// What names other files or addresses never opens them.
    @Test(arguments: [
        ("a.wav", "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nhttp://127.0.0.1:1/a.ts\n#EXT-X-ENDLIST\n"),
        ("a.m3u8", "#EXTM3U\n#EXTINF:1,x\nfile:///etc/passwd\n"),
        ("a.mp3", "ffconcat version 1.0\nfile /etc/passwd\n"),
        ("a.cue", "FILE \"a.wav\" WAVE\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n"),
        ("a.flac", "<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\"></MPD>"),
        (
            "a.ogg",
            "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 5004 RTP/AVP 0\r\n"
        ),
    ])
    func playlistsAreRefused(name: String, text: String) throws {
        let refused = code(of: try Reference.write(name, Array(text.utf8)))
        #expect(refused == .unreadable || refused == .unsupportedCodec)
    }

    @Test func otherFormatsAreRefused() throws {
        let ac3 = try Reference.make("a.wav", ["-f", "lavfi", "-i", "sine=d=2", "-c:a", "ac3", "-f", "ac3"])
        #expect(code(of: ac3) == .unsupportedCodec)
        let adpcm = try Reference.make("a.wav", ["-f", "lavfi", "-i", "sine=d=2", "-c:a", "adpcm_ms"])
        #expect(code(of: adpcm) == .unsupportedCodec)
        let picture = try Reference.make("a.png", ["-f", "lavfi", "-i", "color=red:s=64x64", "-frames:v", "1"])
        #expect(code(of: picture) == .unsupportedCodec)
        let channels = try Reference.make("a.wav", ["-f", "lavfi", "-i", "anullsrc=cl=hexadecagonal:d=1"])
        #expect(code(of: channels) == .unsupportedCodec)
        let slow = try Reference.make("a.wav", ["-f", "lavfi", "-i", "sine=d=1:r=4000"])
        #expect(code(of: slow) == .unsupportedCodec)
    }

    @Test func videoIsRefused() throws {
        for name in ["a.mp4", "a.mkv"] {
            let arguments = ["-f", "lavfi", "-i", "testsrc=d=1:s=64x64", "-f", "lavfi", "-i", "sine=d=1"]
            let film = try Reference.make(name, arguments + ["-c:v", "mpeg4"])
            #expect(code(of: film) == .hasVideo)
        }
    }

    @Test(arguments: ["16.wav", "a.flac", "a.m4a", "a.ogg", "a.wv", "a.opus", "a.mka", "cbr.mp3"])
    func aCutHeaderIsRefused(name: String) throws {
        let bytes = try Reference.bytes(try #require(Format.all.first { $0.name == name }).file())
        for length in [1, 4, 12, 20, 30] {
            let refused = code(of: try Reference.write(name, bytes.prefix(length)))
            #expect(refused == .unreadable || refused == .truncatedHeader || refused == .unsupportedCodec)
        }
    }

    @Test(arguments: ["cbr.mp3", "vbr.mp3", "16.wav", "float.wav", "a.flac", "a.aiff", "a.aac", "a.wv", "a.mka"])
    func aCutBodyGivesWhatDecodes(name: String) throws {
        let bytes = try Reference.bytes(try #require(Format.all.first { $0.name == name }).file())
        let path = try Reference.write(name, bytes.prefix(bytes.count * 7 / 10 + 3))
        let result = try Ingest.file(path)
        #expect(result.warnings == ["truncated"])
        #expect(result.sampleCount == Int64(try Reference.samples(path).count / 2))
        #expect((400...1000).contains(result.durationMilliseconds))
    }

    @Test(arguments: ["a.ogg", "a.opus"]) func aCutOggGivesItsWholePages(name: String) throws {
        let format = try #require(Format.all.first { $0.name == name })
        let bytes = try Reference.bytes(try format.file("anoisesrc=d=20:a=0.5"))
        let path = try Reference.write(name, bytes.prefix(bytes.count / 2))
        let result = try Ingest.file(path)
        #expect(result.warnings == ["truncated"])
        #expect(result.sampleCount == Int64(try Reference.samples(path).count / result.channels))
    }

    @Test func aMovieIndexAtTheEndThatIsCutOffIsAHeaderCutOff() throws {
        let bytes = try Reference.bytes(try #require(Format.all.first { $0.name == "a.m4a" }).file())
        #expect(code(of: try Reference.write("a.m4a", bytes.prefix(bytes.count / 2))) == .truncatedHeader)
    }

    /// Threads of a decoder must not change what damage does.
    @Test(arguments: ["a.flac", "cbr.mp3", "a.wv"]) func waveformsOfDamagedFilesAreTheSame(name: String) throws {
        var generator = SeededGenerator(seed: 31)
        var bytes = try Reference.bytes(try #require(Format.all.first { $0.name == name }).file())
        for _ in 0..<40 { bytes[Int.random(in: 9000..<bytes.count, using: &generator)] ^= 0x55 }
        bytes.removeLast(bytes.count / 10)
        let path = try Reference.write(name, bytes)
        let result = try Ingest.file(path)
        #expect(result.warnings != [])
        #expect(try Waveform.file(path) == result.waveform)
    }

    @Test func holesAreSkipped() throws {
        var bytes = try Reference.bytes(try #require(Format.all.first { $0.name == "a.aac" }).file())
        for place in bytes.count / 2..<bytes.count / 2 + 2000 { bytes[place] = 0x55 }
        let path = try Reference.write("a.aac", bytes)
        let result = try Ingest.file(path)
        #expect(result.warnings.contains("damaged") || result.warnings.contains("truncated"))
        #expect(result.sampleCount == Int64(try Reference.samples(path).count / 2))
    }

    /// Ten seconds of silence that claim to be three days: STREAMINFO holds 36 bits of sample count from bit 172.
    @Test func aClaimedLengthIsNotBelieved() throws {
        let format = try #require(Format.all.first { $0.name == "a.flac" })
        var bytes = try Reference.bytes(try format.file("anullsrc=d=10:r=44100"))
        let claim = UInt64(3 * 86_400 * 44_100)
        bytes[21] = bytes[21] & 0xF0 | UInt8(claim >> 32)
        for index in 0..<4 { bytes[22 + index] = UInt8(truncatingIfNeeded: claim >> UInt64(24 - 8 * index)) }
        let path = try Reference.write("claim.flac", bytes)
        #expect(try Probe.file(path).estimatedDurationMilliseconds == 3 * 86_400_000)
        let result = try Ingest.file(path)
        #expect(result.sampleCount == 441_000)
        #expect(result.warnings == ["truncated"])
    }

    @Test func moreAudioThanTheLimitIsRefused() throws {
        let format = try #require(Format.all.first { $0.name == "a.flac" })
        let path = try format.file("anullsrc=d=120:r=44100:cl=mono")
        #expect(try Reference.bytes(path).count < 50_000)
        var limits = MediaLimits()
        limits.durationSeconds = 10
        #expect(code(of: path, limits: limits) == .limitExceeded)
        limits.durationSeconds = 120
        limits.samplesOfAllChannels = 1_000_000
        #expect(code(of: path, limits: limits) == .limitExceeded)
    }

    /// Whatever is changed or cut, there is a result or an error, and a result is what `ffmpeg` decodes too.
    @Test(arguments: ["cbr.mp3", "a.flac", "16.wav", "a.ogg", "a.m4a", "a.wv", "a.aiff", "a.webm"], 1...6)
    func survivesMutations(name: String, seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed &* 7919)
        var bytes = try Reference.bytes(try #require(Format.all.first { $0.name == name }).file())
        for _ in 0..<(1 << Int.random(in: 0...7, using: &generator)) {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            bytes[place] = UInt8.random(in: 0...255, using: &generator)
        }
        if seed.isMultiple(of: 3) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator)) }
        let path = try Reference.write(name, bytes)
        do throws(MediaError) {
            let result = try Ingest.file(path)
            #expect(result.sampleCount > 0)
            #expect(try PacketIndex(serialised: result.packetIndex.serialised()) == result.packetIndex)
        } catch {
            #expect(!error.message.isEmpty)
        }
    }
}
