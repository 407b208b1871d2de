import Postgres
import Testing

@testable import API

@Suite struct SoundTargetTests {
    private static let signature = "u=1&c=s2&e=3&s=abc"

    @Test func takesTheURLsThatTheAPIGivesOut() throws {
        let file = try #require(SoundTarget("/uploads/tracks/17.wav?\(Self.signature)", accept: "audio/*"))
        #expect(file.trackID.rawValue == 17)
        #expect(file.query == Self.signature[...])
        #expect(file.form.place == .file(fileExtension: "wav"))
        #expect(file.form.wish == SoundChoice.Wish(format: "wav"))
        #expect(!file.form.isNegotiated)
        let stream = try #require(
            SoundTarget("/api/v1/tracks/17/stream?\(Self.signature)&format=opus&bitrate=96", accept: "audio/*"))
        #expect(stream.form == .init(place: .stream, wish: .init(format: "opus", bitrate: "96")))
    }

    @Test func acceptCountsWhereItDecides() throws {
        let target = "/api/v1/tracks/17/stream?\(Self.signature)"
        let (one, other) = (SoundTarget(target, accept: "audio/ogg"), SoundTarget(target, accept: nil))
        #expect(try #require(one).form.isNegotiated)
        #expect(one?.form != other?.form)
    }

    @Test(arguments: [
        "/uploads/tracks/17.wav", "/uploads/tracks/17.wav?", "/uploads/tracks/x.wav?u=1", "/uploads/tracks/17?u=1",
        "//uploads/tracks/17.wav?u=1", "/uploads/tracks/17.wav/?u=1", "/uploads/tracks/17%2Ewav?u=1",
        "/uploads/tracks/17.wav?u=1&u=1", "/uploads/tracks/17.wav?u=%31", "/uploads/tracks/17.wav?u=1&key=2",
        "/uploads/tracks/17.wav?u=1&", "/uploads/tracks/17.wav?u", "/uploads/waveforms/17.png?u=1",
        "/api/v1/tracks/017/stream?u=1", "/api/v1/tracks/0/stream?u=1", "/api/v1/tracks/17?u=1",
        "/api/v1/tracks/17/stream?format=mp3&format=opus", "",
    ])
    func leavesEverythingElse(target: String) {
        #expect(SoundTarget(target, accept: nil) == nil)
    }
}
