/// The head of a WAV file of 16-bit samples; above 4 GiB that of RF64 (EBU Tech 3306).
struct WAVHeader {
    let channels: Int
    let sampleRate: Int
    /// Bytes of the samples, which follow the header.
    let dataBytes: Int64

    var bytes: [UInt8] {
        let formatBytes = 16
        let smallBytes = 4 + 8 + formatBytes + 8
        let isLarge = dataBytes + Int64(smallBytes) > Int64(UInt32.max)
        var result = Array((isLarge ? "RF64" : "RIFF").utf8)
        result.append(littleEndian: isLarge ? UInt32.max : UInt32(Int64(smallBytes) + dataBytes))
        result.append(contentsOf: Array("WAVE".utf8))
        if isLarge {
            result.append(contentsOf: Array("ds64".utf8))
            result.append(littleEndian: UInt32(28))
            result.append(littleEndian: Int64(smallBytes + 36) + dataBytes)
            result.append(littleEndian: dataBytes)
            result.append(littleEndian: dataBytes / Int64(channels * 2))
            result.append(littleEndian: UInt32(0))
        }
        result.append(contentsOf: Array("fmt ".utf8))
        result.append(littleEndian: UInt32(formatBytes))
        result.append(littleEndian: UInt16(1))
        result.append(littleEndian: UInt16(channels))
        result.append(littleEndian: UInt32(sampleRate))
        result.append(littleEndian: UInt32(sampleRate * channels * 2))
        result.append(littleEndian: UInt16(channels * 2))
        result.append(littleEndian: UInt16(16))
        result.append(contentsOf: Array("data".utf8))
        result.append(littleEndian: isLarge ? UInt32.max : UInt32(dataBytes))
        return result
    }
}
