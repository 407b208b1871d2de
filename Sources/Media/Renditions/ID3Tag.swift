/// The tag before the frames of an MP3 file (ID3v2.4.0, main structure): always of one size, whatever it says.
struct ID3Tag {
    /// Head, frames and padding.
    static let sizeBytes = 4_096
    private static let headBytes = 10

    let tags: RenditionTags

    var bytes: [UInt8] {
        var result = Array("ID3".utf8) + [4, 0, 0] + Self.synchsafe(Self.sizeBytes - Self.headBytes)
        for field in tags.fields(named: ("TIT2", "TPE1", "TALB")) {
            result += Array(field.name.utf8) + Self.synchsafe(field.value.count + 1) + [0, 0]
            // In UTF-8.
            result += [3] + field.value
        }
        return result + Array(repeating: 0, count: Self.sizeBytes - result.count)
    }

    /// A number in four bytes of seven bits each, so that none looks like the beginning of a frame.
    private static func synchsafe(_ number: Int) -> [UInt8] {
        [21, 14, 7, 0].map { UInt8(truncatingIfNeeded: number >> $0 & 0x7F) }
    }
}
