/// The formats of BBC audiowaveform, which peaks.js and waveform-data.js read
/// (https://github.com/bbc/audiowaveform/blob/master/doc/DataFormat.md).
extension WaveformData {
    /// The binary file, always version 2, which says how many channels there are: one form for every reader, although
    /// audiowaveform itself writes a single channel as version 1.
    package func dat() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(24 + values.count * bits.rawValue / 8)
        bytes.append(littleEndian: Int32(2))
        bytes.append(littleEndian: UInt32(bits == .eight ? 1 : 0))
        bytes.append(littleEndian: Int32(clamping: sampleRate))
        bytes.append(littleEndian: Int32(clamping: samplesPerPixel))
        bytes.append(littleEndian: UInt32(clamping: length))
        bytes.append(littleEndian: Int32(channels))
        switch bits {
        case .eight: bytes.append(contentsOf: values.lazy.map { UInt8(bitPattern: Int8(scaled($0))) })
        case .sixteen: for value in values { bytes.append(littleEndian: value) }
        }
        return bytes
    }

    /// The JSON file, always version 2.
    package func json() -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(128 + values.count * (bits == .eight ? 4 : 7))
        text.append(text: "{\"version\":2,\"channels\":")
        text.append(decimal: channels)
        text.append(text: ",\"sample_rate\":")
        text.append(decimal: sampleRate)
        text.append(text: ",\"samples_per_pixel\":")
        text.append(decimal: samplesPerPixel)
        text.append(text: ",\"bits\":")
        text.append(decimal: bits.rawValue)
        text.append(text: ",\"length\":")
        text.append(decimal: length)
        text.append(text: ",\"data\":[")
        for index in values.indices {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            text.append(decimal: Int(scaled(values[index])))
        }
        text.append(text: "]}\n")
        return text
    }
}
