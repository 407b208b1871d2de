package import Platform

/// A validated update of a track's metadata; also what an upload's form says.
package struct TrackChanges: Sendable, Equatable {
    package var title: Change<String> = .keep
    package var artist: Change<String> = .keep
    package var album: Change<String> = .keep
    package var description: Change<String> = .keep
    package var licence: Change<String> = .keep
    package var bpm: Change<Double> = .keep
    package var key: Change<String> = .keep
    package var visibility: Change<Visibility> = .keep
    package var downloadable: Change<Bool> = .keep
    package var tags: Change<[TagName]> = .keep
    /// Plain or LRC; kept apart from the metadata.
    package var lyrics: Change<String> = .keep

    /// Changes nothing.
    package init() {}

    /// Checks every field of `input`; throws 400 `invalid` that names each field at fault.
    package init(_ input: TrackInput) throws(Problem) {
        var faults: [String: String] = [:]
        title = Self.text(input.title, "title", maximum: 200, &faults)
        if case .clear = title { faults["title"] = "A track needs a title." }
        artist = Self.text(input.artist, "artist", maximum: 200, &faults)
        album = Self.text(input.album, "album", maximum: 200, &faults)
        description = Self.text(input.description, "description", maximum: 10_000, &faults)
        licence = Self.text(input.licence, "licence", maximum: 100, &faults)
        key = Self.text(input.key, "key", maximum: 20, &faults)
        bpm = input.bpm
        if case .set(let value) = bpm, !(value > 0 && value < 1_000) {
            faults["bpm"] = "Must be more than 0 and less than 1000."
        }
        visibility = Self.visibility(input.visibility, &faults)
        downloadable = input.downloadable
        tags = Self.tags(input.tags, &faults)
        lyrics = LyricsText.checked(input.lyrics, &faults)
        guard faults.isEmpty else { throw .invalid(faults) }
    }

    /// `metadata` with the changes made.
    package func applied(to metadata: TrackMetadata) -> TrackMetadata {
        var changed = metadata
        changed.title = title.applied(to: metadata.title, cleared: metadata.title)
        changed.artist = artist.applied(to: metadata.artist)
        changed.album = album.applied(to: metadata.album)
        changed.description = description.applied(to: metadata.description, cleared: "")
        changed.licence = licence.applied(to: metadata.licence)
        changed.bpm = bpm.applied(to: metadata.bpm)
        changed.key = key.applied(to: metadata.key)
        changed.visibility = visibility.applied(to: metadata.visibility, cleared: .public)
        changed.downloadable = downloadable.applied(to: metadata.downloadable, cleared: true)
        changed.tags = tags.applied(to: metadata.tags, cleared: [])
        return changed
    }

    /// Trims; blank counts as taking the field away. PostgreSQL's text cannot hold NUL.
    private static func text(
        _ change: Change<String>, _ field: String, maximum: Int, _ faults: inout [String: String]
    ) -> Change<String> {
        guard case .set(let typed) = change else { return change }
        let trimmed = typed.trimmingWhitespace()
        if trimmed.isEmpty { return .clear }
        if trimmed.unicodeScalars.count > maximum { faults[field] = "At most \(maximum) characters." }
        if trimmed.unicodeScalars.contains("\0") { faults[field] = "Must not contain NUL characters." }
        return .set(trimmed)
    }

    private static func visibility(
        _ change: Change<String>, _ faults: inout [String: String]
    ) -> Change<Visibility> {
        switch change {
        case .keep: return .keep
        case .clear: return .clear
        case .set(let text):
            guard let visibility = Visibility(rawValue: text) else {
                faults["visibility"] = "Must be public, unlisted or private."
                return .keep
            }
            return .set(visibility)
        }
    }

    private static func tags(_ change: Change<[String]>, _ faults: inout [String: String]) -> Change<[TagName]> {
        switch change {
        case .keep: return .keep
        case .clear: return .clear
        case .set(let typed):
            guard let names = TagName.list(typed) else {
                faults["tags"] =
                    "At most \(TagName.maximumPerTrack) tags of 1 to \(TagName.maximumLength) characters each."
                return .keep
            }
            return .set(names)
        }
    }
}

extension String {
    /// Without white space at both ends.
    func trimmingWhitespace() -> String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
