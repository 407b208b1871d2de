/// What a rendition says of the track where its container has a place for it.
package struct RenditionTags: Hashable, Sendable {
    package var title: String?
    package var artist: String?
    package var album: String?

    package init(title: String? = nil, artist: String? = nil, album: String? = nil) {
        self.title = title
        self.artist = artist
        self.album = album
    }
}
