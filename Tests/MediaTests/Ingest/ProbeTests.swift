import Media
import Testing

@Suite struct ProbeTests {
    @Test func tellsByContentAndNotByName() throws {
        let mp3 = try Reference.bytes(try #require(Format.all.first { $0.name == "cbr.mp3" }).file())
        let probe = try Probe.file(try Reference.write("liar.wav", mp3))
        #expect(probe.container == "mp3" && probe.mediaType == "audio/mpeg" && probe.fileExtension == "mp3")
        #expect(probe.bitrate == 128_000 && probe.bitsPerSample == nil)
        #expect(abs(try #require(probe.estimatedDurationMilliseconds) - 1234) < 60)
    }

    @Test(arguments: ["cbr.mp3", "a.flac", "a.ogg", "a.m4a", "a.opus", "a.mka", "a.wv", "16.wav"])
    func tagsHaveOneSpelling(name: String) throws {
        let format = try #require(Format.all.first { $0.name == name })
        let tags = ["title": "Été à Лето 🎵", "artist": "Someone", "album": "Somewhere", "date": "2024"]
        let sound = try format.file()
        let options = tags.flatMap { ["-metadata", "\($0.key)=\($0.value)"] }
        let path = try Reference.make(name, ["-i", sound, "-c", "copy"] + options)
        let found = try Probe.file(path).tags
        for (key, value) in tags { #expect(found[key] == value, "\(key) of \(name)") }
        #expect(found["encoder"] == nil)
    }

    @Test func layoutAndDepthAreTold() throws {
        let probe = try Probe.file(try #require(Format.all.first { $0.name == "5.1.flac" }).file())
        #expect(probe.channels == 6 && probe.channelLayout.hasPrefix("5.1"))
        #expect(try Probe.file(try #require(Format.all.first { $0.name == "24.flac" }).file()).bitsPerSample == 24)
    }
}
