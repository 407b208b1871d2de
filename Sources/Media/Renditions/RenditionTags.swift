/// What a rendition says of the track where its container has a place for it.
package struct RenditionTags: Hashable, Sendable {
    /// Longest value that is written, in bytes.
    static let longestValueBytes = 1_000

    package var title: String?
    package var artist: String?
    package var album: String?

    package init(title: String? = nil, artist: String? = nil, album: String? = nil) {
        self.title = title
        self.artist = artist
        self.album = album
    }

    /// A value as it is written: at most ``longestValueBytes``, cut between characters.
    static func shortened(_ value: String) -> [UInt8] {
        var result: [UInt8] = []
        for scalar in value.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            guard result.count + bytes.count <= longestValueBytes else { break }
            result.append(contentsOf: bytes)
        }
        return result
    }
}
