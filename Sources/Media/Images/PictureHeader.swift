/// Format and dimensions of a picture as its first bytes declare them; nothing is decoded.
package struct PictureHeader: Hashable, Sendable {
    /// Formats that are read.
    package enum Format: String, Hashable, Sendable { case png, jpeg, webp }

    package let format: Format
    /// In pixels.
    package let width: Int
    package let height: Int

    /// Nil for what is no PNG, JPEG or WebP, or declares no dimensions.
    package init?(_ bytes: [UInt8]) {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self.init(png: bytes)
        } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            self.init(jpeg: bytes)
        } else if bytes.starts(with: Array("RIFF".utf8)), bytes.dropFirst(8).starts(with: Array("WEBP".utf8)) {
            self.init(webp: bytes)
        } else {
            return nil
        }
        guard width > 0, height > 0 else { return nil }
    }

    /// The IHDR chunk comes first (PNG, section 5.6).
    private init?(png bytes: [UInt8]) {
        guard bytes.count >= 24, bytes[12..<16].elementsEqual("IHDR".utf8) else { return nil }
        format = .png
        width = Self.big(bytes, at: 16, count: 4)
        height = Self.big(bytes, at: 20, count: 4)
    }

    /// Walks the segments to the start of frame (ITU-T T.81, B.2.2).
    private init?(jpeg bytes: [UInt8]) {
        var place = 2
        while place + 9 <= bytes.count {
            guard bytes[place] == 0xFF else { return nil }
            let marker = bytes[place + 1]
            switch marker {
            case 0xFF: place += 1
            case 0x01, 0xD0...0xD7: place += 2
            case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
                format = .jpeg
                height = Self.big(bytes, at: place + 5, count: 2)
                width = Self.big(bytes, at: place + 7, count: 2)
                return
            case 0xD9, 0xDA: return nil
            default: place += 2 + max(2, Self.big(bytes, at: place + 2, count: 2))
            }
        }
        return nil
    }

    /// Simple, lossless or extended (RFC 9649, section 2.5–2.7).
    private init?(webp bytes: [UInt8]) {
        guard bytes.count >= 30 else { return nil }
        format = .webp
        switch String(decoding: bytes[12..<16], as: UTF8.self) {
        case "VP8 ":
            width = Self.little(bytes, at: 26, count: 2) & 0x3FFF
            height = Self.little(bytes, at: 28, count: 2) & 0x3FFF
        case "VP8L":
            let packed = Self.little(bytes, at: 21, count: 4)
            width = (packed & 0x3FFF) + 1
            height = (packed >> 14 & 0x3FFF) + 1
        case "VP8X":
            width = Self.little(bytes, at: 24, count: 3) + 1
            height = Self.little(bytes, at: 27, count: 3) + 1
        default: return nil
        }
    }

    private static func big(_ bytes: [UInt8], at place: Int, count: Int) -> Int {
        bytes[place..<place + count].reduce(0) { $0 << 8 | Int($1) }
    }

    private static func little(_ bytes: [UInt8], at place: Int, count: Int) -> Int {
        bytes[place..<place + count].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
