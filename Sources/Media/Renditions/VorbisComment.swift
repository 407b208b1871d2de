/// Tags as Vorbis, Opus and FLAC files carry them: a vendor, then fields `NAME=value`.
struct VorbisComment {
    let tags: RenditionTags
    /// Fields of the format's own, before the others.
    var fields: [(name: String, value: String)] = []

    /// At most `limit` bytes: fields that do not fit are left out.
    func bytes(limit: Int) -> [UInt8] {
        let vendor = Array("Talas".utf8)
        var body: [UInt8] = []
        var count: UInt32 = 0
        for (name, value) in fields + tags.fields where !value.isEmpty {
            let field = Array("\(name)=".utf8) + RenditionTags.shortened(value)
            guard 4 + vendor.count + 4 + body.count + 4 + field.count <= limit else { continue }
            body.append(littleEndian: UInt32(field.count))
            body.append(contentsOf: field)
            count += 1
        }
        var result: [UInt8] = []
        result.append(littleEndian: UInt32(vendor.count))
        result.append(contentsOf: vendor)
        result.append(littleEndian: count)
        return result + body
    }
}
