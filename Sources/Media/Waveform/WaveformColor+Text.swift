extension WaveformColor {
    /// Reads `#rgb`, `#rrggbb`, `#rrggbbaa` (the `#` may be left out, since it is awkward in a URL) or a name; nil when it
    /// is none of them.
    package init?(_ text: String) {
        let text = text.lowercased()
        if let named = Self.names[text] {
            self = named
            return
        }
        var digits: [UInt8] = []
        for character in text.utf8.dropFirst(text.hasPrefix("#") ? 1 : 0) {
            guard let digit = Self.hexadecimal(character), digits.count < 8 else { return nil }
            digits.append(digit)
        }
        switch digits.count {
        case 3: self.init(red: digits[0] * 17, green: digits[1] * 17, blue: digits[2] * 17)
        case 6, 8:
            let parts = stride(from: 0, to: digits.count, by: 2).map { digits[$0] * 16 + digits[$0 + 1] }
            self.init(red: parts[0], green: parts[1], blue: parts[2], alpha: parts.count == 4 ? parts[3] : 255)
        default: return nil
        }
    }

    private static func hexadecimal(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        default: nil
        }
    }

    /// The sixteen basic colours of CSS, and orange.
    private static let names: [String: WaveformColor] = [
        "black": WaveformColor(red: 0, green: 0, blue: 0),
        "silver": WaveformColor(red: 192, green: 192, blue: 192),
        "gray": WaveformColor(red: 128, green: 128, blue: 128),
        "white": WaveformColor(red: 255, green: 255, blue: 255),
        "maroon": WaveformColor(red: 128, green: 0, blue: 0),
        "red": WaveformColor(red: 255, green: 0, blue: 0),
        "purple": WaveformColor(red: 128, green: 0, blue: 128),
        "fuchsia": WaveformColor(red: 255, green: 0, blue: 255),
        "green": WaveformColor(red: 0, green: 128, blue: 0),
        "lime": WaveformColor(red: 0, green: 255, blue: 0),
        "olive": WaveformColor(red: 128, green: 128, blue: 0),
        "yellow": WaveformColor(red: 255, green: 255, blue: 0),
        "navy": WaveformColor(red: 0, green: 0, blue: 128),
        "blue": WaveformColor(red: 0, green: 0, blue: 255),
        "teal": WaveformColor(red: 0, green: 128, blue: 128),
        "aqua": WaveformColor(red: 0, green: 255, blue: 255),
        "orange": WaveformColor(red: 255, green: 165, blue: 0),
    ]
}

extension WaveformColor {
    /// `#rrggbb`, without the opacity.
    var hexadecimal: String {
        let digits = Array("0123456789abcdef")
        return "#" + String([red, green, blue].flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
