/// What is wrong with the parameters of a waveform, by the parameter's name.
package struct WaveformParameterError: Error, Hashable {
    /// A sentence for each parameter that cannot be used.
    package let fields: [String: String]
}

extension WaveformOptions {
    /// Widths of a picture in pixels.
    package static let widths = 1...4096
    /// Heights of a picture in pixels.
    package static let heights = 1...2048
    /// Zooms of data files.
    package static let zooms = 2...1_048_576

    /// Reads the parameters of a request; names that are none of a waveform's are ignored.
    ///
    /// Known: `width`, `height`, `color`, `from`, `to`, `samples_per_pixel`, `bits`, `channels`.
    /// - Throws: every fault at once, by field.
    package init(parameters: [String: String]) throws(WaveformParameterError) {
        var reader = ParameterReader(parameters: parameters)
        let defaults = WaveformOptions()
        samplesPerPixel = reader.integer("samples_per_pixel", in: Self.zooms) ?? defaults.samplesPerPixel
        width = reader.integer("width", in: Self.widths)
        height = reader.integer("height", in: Self.heights)
        bits = reader.value("bits", "Use 8 or 16.") { Int($0).flatMap(Bits.init(rawValue:)) } ?? defaults.bits
        channels = reader.value("channels", "Use mono or split.", Channels.init(rawValue:)) ?? defaults.channels
        color = reader.value("color", "Use #rgb, #rrggbb, #rrggbbaa or a colour's English name.", WaveformColor.init)
        from = reader.seconds("from")
        to = reader.seconds("to")
        if let from, let to, to <= from { reader.fields["to"] = "Must be greater than from." }
        if !reader.fields.isEmpty { throw WaveformParameterError(fields: reader.fields) }
    }
}

/// Takes values out of a dictionary and notes those that cannot be read.
private struct ParameterReader {
    let parameters: [String: String]
    var fields: [String: String] = [:]

    mutating func value<Value>(_ name: String, _ fault: String, _ parse: (String) -> Value?) -> Value? {
        guard let text = parameters[name] else { return nil }
        guard let value = parse(text) else {
            fields[name] = fault
            return nil
        }
        return value
    }

    mutating func integer(_ name: String, in range: ClosedRange<Int>) -> Int? {
        value(name, "Use a whole number from \(range.lowerBound) to \(range.upperBound).") { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    mutating func seconds(_ name: String) -> Double? {
        value(name, "Use a number of seconds, 0 or more.") { text in
            Double(text).flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
        }
    }
}
