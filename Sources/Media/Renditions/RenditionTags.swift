/// What a rendition says of the track where its container has a place for it.
package struct RenditionTags: Hashable, Sendable {
    /// Longest value that is written, in bytes.
    static let longestValueBytes = 1_000

    package var title: String?
    package var artist: String?
    package var album: String?
    /// Further tags by lower-case name, such as `date` or `genre`.
    package var others: [String: String]

    package init(title: String? = nil, artist: String? = nil, album: String? = nil, others: [String: String] = [:]) {
        self.title = title
        self.artist = artist
        self.album = album
        self.others = others
    }

    /// Everything a file says of itself, by `Probe.tags`.
    init(_ tags: [String: String]) {
        self.init(
            title: tags["title"], artist: tags["artist"], album: tags["album"],
            others: tags.filter { !["title", "artist", "album"].contains($0.key) })
    }

    /// Names in upper case and values, always in the same order.
    var fields: [(name: String, value: String)] {
        let known = [("TITLE", title), ("ARTIST", artist), ("ALBUM", album)]
        return known.compactMap { name, value in value.map { (name, $0) } }
            + others.sorted { $0.key < $1.key }.map { ($0.key.uppercased(), $0.value) }
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
