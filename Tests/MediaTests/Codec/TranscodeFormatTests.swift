import Testing

@testable import Media

@Suite struct TranscodeFormatTests {
    @Test(arguments: [
        ("mp3", TranscodeFormat.mp3), ("M4A", .aac), ("aac", .aac), ("opus", .opus), ("flac", .flac), ("wav", .wav),
    ])
    func comesFromAnExtension(text: String, expected: TranscodeFormat) {
        #expect(TranscodeFormat(fileExtension: text) == expected)
    }

    @Test func refusesOthers() { #expect(TranscodeFormat(fileExtension: "exe") == nil) }

    @Test(arguments: [
        (8000, 48_000), (11_025, 44_100), (22_050, 44_100), (32_000, 32_000), (44_100, 44_100), (48_000, 48_000),
        (88_200, 44_100), (96_000, 48_000), (192_000, 48_000),
    ])
    func lossyFormatsGetARelatedRate(rate: Int, expected: Int) { #expect(TranscodePlan.lossyRate(rate) == expected) }
}
