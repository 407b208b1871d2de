/// Who may find and hear a track.
package enum Visibility: String, Codable, Sendable {
    /// Everybody who is signed in.
    case `public`
    /// Whoever has its key.
    case unlisted
    /// Its owner.
    case `private`
}

/// The part of a track that its owner writes.
package struct TrackMetadata: Sendable, Equatable {
    package var title: String
    package var artist: String?
    package var album: String?
    package var description = ""
    package var licence: String?
    /// Beats per minute.
    package var bpm: Double?
    /// Musical key, such as `Am`.
    package var key: String?
    package var visibility = Visibility.public
    /// Whether others than the owner may have the original.
    package var downloadable = true
    package var tags: [TagName] = []

    /// A track's first metadata: what its file says of itself, else its file's name.
    package init(title: String, artist: String? = nil, album: String? = nil) {
        self.title = title
        self.artist = artist
        self.album = album
    }
}
