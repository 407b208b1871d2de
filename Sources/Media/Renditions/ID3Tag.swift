/// A tag in front of an MP3 (ID3v2.4, in UTF-8).
struct ID3Tag {
    /// Frames of the tags that have one of their own; others go into `TXXX`.
    private static let frames = [
        "title": "TIT2", "artist": "TPE1", "album": "TALB", "album_artist": "TPE2", "composer": "TCOM",
        "date": "TDRC", "genre": "TCON", "track": "TRCK", "disc": "TPOS", "copyright": "TCOP", "publisher": "TPUB",
        "encoded_by": "TENC", "language": "TLAN",
    ]
    private static let utf8: UInt8 = 3

    /// By lower-case names.
    let tags: [String: String]

    /// Empty when there are no tags.
    var bytes: [UInt8] {
        var body: [UInt8] = []
        for (name, value) in tags.sorted(by: { $0.key < $1.key }) {
            let frame = Self.frames[name]
            var text = [Self.utf8]
            if frame == nil { text += Array(name.utf8) + [0] }
            text += Array(value.utf8)
            body += Array((frame ?? "TXXX").utf8) + Self.synchsafe(text.count)
            body += [0, 0] + text
        }
        guard !body.isEmpty else { return [] }
        return Array("ID3".utf8) + [4, 0, 0] + Self.synchsafe(body.count) + body
    }

    /// A size in four bytes of seven bits.
    private static func synchsafe(_ size: Int) -> [UInt8] {
        [21, 14, 7, 0].map { UInt8(truncatingIfNeeded: size >> $0) & 0x7f }
    }
}
