import Testing

@testable import API

@Suite struct AcceptHeaderTests {
    @Test(
        arguments: [
            (nil, "audio/mpeg", 1), ("", "audio/mpeg", 1), ("*/*", "audio/mpeg", 1),
            ("audio/*;q=0.5", "audio/mpeg", 0.5),
            ("audio/mp3", "audio/mpeg", 1), ("audio/ogg", "audio/ogg; codecs=opus", 1), ("text/html", "audio/mpeg", 0),
            ("audio/*, audio/mpeg;q=0", "audio/mpeg", 0), ("audio/mpeg; Q=0.3 , */*;q=0.1", "audio/mpeg", 0.3),
            ("nonsense", "audio/mpeg", 1), ("audio/mpeg;q=many", "audio/mpeg", 0),
        ] as [(String?, String, Double)])
    func reads(text: String?, type: String, quality: Double) {
        #expect(AcceptHeader(text).quality(of: type) == quality)
    }
}
