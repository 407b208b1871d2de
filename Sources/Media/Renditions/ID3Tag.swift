/// A tag in front of an MP3 (ID3v2.4, in UTF-8), always of one size.
struct ID3Tag {
    /// Frames of the tags that have one of their own; others go into one that has their name inside.
    private static let frames = [
        "title": "TIT2", "artist": "TPE1", "album": "TALB", "album_artist": "TPE2", "composer": "TCOM",
        "date": "TDRC", "genre": "TCON", "track": "TRCK", "disc": "TPOS", "copyright": "TCOP", "publisher": "TPUB",
        "encoded_by": "TENC", "language": "TLAN",
    ]
    /// The frame of tags that have none of their own: a T and three times the same letter.
    private static let named = "T" + String(repeating: "X", count: 3)
    private static let utf8: UInt8 = 3

    /// Size of the tag of a rendition, padding included, whatever it says.
    static let sizeBytes = 4_096
    private static let headBytes = 10

    let tags: RenditionTags

    /// ``sizeBytes``: what does not fit is left out.
    var bytes: [UInt8] {
        let room = Self.sizeBytes - Self.headBytes
        var body: [UInt8] = []
        for (name, value) in tags.fields where !value.isEmpty {
            let frame = Self.frames[name.lowercased()]
            var text = [Self.utf8]
            if frame == nil { text += Array(name.lowercased().utf8) + [0] }
            text += RenditionTags.shortened(value)
            guard body.count + Self.headBytes + text.count <= room else { continue }
            body += Array((frame ?? Self.named).utf8) + Self.synchsafe(text.count)
            body += [0, 0] + text
        }
        let padding = Array(repeating: UInt8(0), count: room - body.count)
        return Array("ID3".utf8) + [4, 0, 0] + Self.synchsafe(room) + body + padding
    }

    /// A size in four bytes of seven bits.
    private static func synchsafe(_ size: Int) -> [UInt8] {
        [21, 14, 7, 0].map { UInt8(truncatingIfNeeded: size >> $0) & 0x7f }
    }
}
