package import Platform

/// A track's metadata as a client sent it, not yet checked: a JSON object, or the fields of a form.
package struct TrackInput: Sendable, Decodable {
    package var title: Change<String> = .keep
    package var artist: Change<String> = .keep
    package var album: Change<String> = .keep
    package var description: Change<String> = .keep
    package var licence: Change<String> = .keep
    package var bpm: Change<Double> = .keep
    package var key: Change<String> = .keep
    package var visibility: Change<String> = .keep
    package var downloadable: Change<Bool> = .keep
    package var tags: Change<[String]> = .keep
    package var lyrics: Change<String> = .keep

    private enum CodingKeys: String, CodingKey {
        case title, artist, album, description, licence, bpm, key, visibility, downloadable, tags, lyrics
    }

    /// Reads a JSON object; `tags` is an array, or a text separated by commas as in the form.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        title = try container.change(String.self, .title)
        artist = try container.change(String.self, .artist)
        album = try container.change(String.self, .album)
        description = try container.change(String.self, .description)
        licence = try container.change(String.self, .licence)
        bpm = try container.change(Double.self, .bpm)
        key = try container.change(String.self, .key)
        visibility = try container.change(String.self, .visibility)
        downloadable = try container.change(Bool.self, .downloadable)
        lyrics = try container.change(String.self, .lyrics)
        if let text = try? container.decode(String.self, forKey: .tags) {
            tags = .set(Self.separated(text))
        } else {
            tags = try container.change([String].self, .tags)
        }
    }

    /// Reads the fields of a form; a blank number, choice or switch counts as left out.
    /// Throws 400 `invalid` for a number or switch that cannot be read.
    package init(form: [String: String]) throws(Problem) {
        var faults: [String: String] = [:]
        func text(_ name: String) -> Change<String> { form[name].map { .set($0) } ?? .keep }
        func filled(_ name: String) -> String? {
            form[name].map { $0.trimmingWhitespace() }.flatMap { $0.isEmpty ? nil : $0 }
        }
        if let title = filled("title") { self.title = .set(title) }
        artist = filled("artist").map { .set($0) } ?? .keep
        album = filled("album").map { .set($0) } ?? .keep
        description = text("description")
        licence = text("licence")
        key = text("key")
        lyrics = filled("lyrics").map { .set($0) } ?? .keep
        tags = form["tags"].map { .set(Self.separated($0)) } ?? .keep
        visibility = filled("visibility").map { .set($0) } ?? .keep
        if let typed = filled("bpm") {
            if let value = Double(typed) { bpm = .set(value) } else { faults["bpm"] = "Must be a number." }
        }
        if let typed = filled("downloadable") {
            switch typed.lowercased() {
            case "true", "1", "on", "yes": downloadable = .set(true)
            case "false", "0", "off", "no": downloadable = .set(false)
            default: faults["downloadable"] = "Must be true or false."
            }
        }
        guard faults.isEmpty else { throw .invalid(faults) }
    }

    private static func separated(_ text: String) -> [String] {
        text.split(separator: ",").map(String.init)
    }
}
