import HTTPTypes
import Foundation
import Platform
import Testing

@testable import API

@Suite struct TrackChangesTests {
    private let old: TrackMetadata = {
        var metadata = TrackMetadata(title: "Old", artist: "A", album: "B")
        metadata.bpm = 120
        metadata.visibility = .private
        metadata.tags = [TagName(rawValue: "one")]
        return metadata
    }()

    private func changes(_ json: String) throws -> TrackChanges {
        try TrackChanges(JSONCoding.decoder().decode(TrackInput.self, from: Data(json.utf8)))
    }

    @Test func whatIsLeftOutStays() throws {
        #expect(try changes("{}").applied(to: old) == old)
    }

    @Test func nullAndBlankTakeAway() throws {
        let changed = try changes(#"{"artist": null, "album": "  ", "bpm": null, "visibility": null, "tags": null}"#)
            .applied(to: old)
        #expect(changed.artist == nil)
        #expect(changed.album == nil)
        #expect(changed.bpm == nil)
        #expect(changed.visibility == .public)
        #expect(changed.tags.isEmpty)
        #expect(changed.title == "Old")
    }

    @Test func tagsComeAsAListOrAText() throws {
        let expected = [TagName(rawValue: "deep-house"), TagName(rawValue: "live")]
        #expect(try changes(#"{"tags": ["Deep House", "live"]}"#).applied(to: old).tags == expected)
        #expect(try changes(#"{"tags": "Deep House, live,"}"#).applied(to: old).tags == expected)
    }

    @Test(arguments: [
        (#"{"title": " "}"#, "title"), (#"{"title": null}"#, "title"), (#"{"bpm": 0}"#, "bpm"),
        (#"{"bpm": 1000}"#, "bpm"), (#"{"visibility": "secret"}"#, "visibility"),
        (#"{"description": "a\u0000b"}"#, "description"), (#"{"tags": ["a\u0000"]}"#, "tags"),
    ])
    func namesTheFieldAtFault(json: String, field: String) throws {
        let problem = #expect(throws: Problem.self) { try changes(json) }
        #expect(problem?.fields.keys.sorted() == [field])
        #expect(problem?.status == .badRequest)
    }

    @Test func lengthsAreBounded() throws {
        let long = String(repeating: "é", count: 201)
        let problem = #expect(throws: Problem.self) { try changes(#"{"title": "\#(long)", "artist": "\#(long)"}"#) }
        #expect(problem?.fields.keys.sorted() == ["artist", "title"])
        #expect(try changes(#"{"title": "\#(long.dropLast())"}"#).applied(to: old).title == String(long.dropLast()))
    }

    @Test func aFormLeavesBlankChoicesOut() throws {
        let input = try TrackInput(form: [
            "title": "", "visibility": " ", "bpm": "", "downloadable": "off", "tags": "a,b", "artist": "Me",
        ])
        let changed = try TrackChanges(input).applied(to: TrackMetadata(title: "From the file", artist: "Tag"))
        #expect(changed.title == "From the file")
        #expect(changed.artist == "Me")
        #expect(changed.visibility == .public)
        #expect(!changed.downloadable)
        #expect(changed.tags.map(\.rawValue) == ["a", "b"])
    }

    @Test(arguments: [["bpm": "fast"], ["downloadable": "perhaps"]])
    func aFormNamesWhatCannotBeRead(form: [String: String]) {
        let problem = #expect(throws: Problem.self) { try TrackInput(form: form) }
        #expect(problem?.fields.keys.first == form.keys.first)
    }
}
