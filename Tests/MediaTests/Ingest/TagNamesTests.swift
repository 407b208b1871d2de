import Testing

@testable import Media

@Suite struct TagNamesTests {
    @Test func spellsAlike() {
        let tags = TagNames.normalised([
            ("TITLE", " A song\u{0} "), ("ALBUMARTIST", "B"), ("album artist", "C"), ("TBPM", "120"), ("encoder", "x"),
            ("Artist", ""), ("INITIALKEY", "Am"),
        ])
        #expect(tags == ["title": "A song", "album_artist": "B", "bpm": "120", "key": "Am"])
    }

    @Test func longValuesAreCut() {
        let tags = TagNames.normalised([("comment", String(repeating: "é", count: 100_000))])
        #expect(tags["comment"]?.unicodeScalars.count == 16_384)
    }
}
