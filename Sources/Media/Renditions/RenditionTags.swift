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

extension RenditionTags {
    /// Longest value in bytes, so that headers can have one size.
    private static let longestValueBytes = 1_000

    /// Those that there are, in UTF-8, under the names a container has for them.
    func fields(named names: (title: String, artist: String, album: String)) -> [(name: String, value: [UInt8])] {
        [(names.title, title), (names.artist, artist), (names.album, album)].compactMap { name, value in
            value.flatMap { $0.isEmpty ? nil : (name, Self.shortened($0)) }
        }
    }

    /// At most ``longestValueBytes``, cut between characters.
    private static func shortened(_ value: String) -> [UInt8] {
        var result: [UInt8] = []
        for scalar in value.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            guard result.count + bytes.count <= longestValueBytes else { break }
            result.append(contentsOf: bytes)
        }
        return result
    }
}
