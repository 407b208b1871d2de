/// The four bytes before each MPEG audio frame, layer III (ISO/IEC 11172-3, 2.4.1.3, and its half-rate extensions).
struct MPEGAudioHeader: Hashable {
    /// Bytes of the whole frame.
    let frameBytes: Int

    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count >= 4, bytes[0] == 0xFF, bytes[1] & 0xE0 == 0xE0, bytes[1] & 0x06 == 0x02 else { return nil }
        let version = Int(bytes[1] >> 3 & 3)
        let bitrateIndex = Int(bytes[2] >> 4)
        let rateIndex = Int(bytes[2] >> 2 & 3)
        guard version != 1, rateIndex != 3, 1...14 ~= bitrateIndex else { return nil }
        let isFullRate = version == 3
        let kilobits = (isFullRate ? Self.fullRateKilobits : Self.lowRateKilobits)[bitrateIndex - 1]
        let rate = [44_100, 48_000, 32_000][rateIndex] >> (isFullRate ? 0 : version == 2 ? 1 : 2)
        frameBytes = (isFullRate ? 144_000 : 72_000) * kilobits / rate + Int(bytes[2] >> 1 & 1)
    }

    private static let fullRateKilobits = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
    private static let lowRateKilobits = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
}
