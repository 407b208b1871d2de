import Testing

@testable import Media

@Suite struct WaveformOptionsParametersTests {
    @Test func nothingAskedGivesTheDefaults() throws {
        let options = try WaveformOptions(parameters: ["u": "1", "s": "signature"])
        #expect(options == WaveformOptions())
        #expect(options.samplesPerPixel == 256)
        #expect(options.bits == .eight)
        #expect(options.channels == .mono)
    }

    @Test func everyParameterIsRead() throws {
        let options = try WaveformOptions(parameters: [
            "width": "800", "height": "100", "color": "#ff8000", "from": "1.5", "to": "2", "samples_per_pixel": "512",
            "bits": "16", "channels": "split",
        ])
        var expected = WaveformOptions()
        expected.width = 800
        expected.height = 100
        expected.color = WaveformColor(red: 255, green: 128, blue: 0)
        expected.from = 1.5
        expected.to = 2
        expected.samplesPerPixel = 512
        expected.bits = .sixteen
        expected.channels = .split
        #expect(options == expected)
    }

    @Test(arguments: [
        ("width", "0"), ("width", "4097"), ("width", "-1"), ("width", "1e3"), ("width", ""),
        ("width", "99999999999999999999"),
        ("height", "2049"), ("height", "tall"), ("samples_per_pixel", "1"), ("samples_per_pixel", "1048577"),
        ("bits", "12"), ("bits", "eight"), ("channels", "stereo"), ("channels", ""), ("from", "-1"), ("from", "nan"),
        ("from", "inf"), ("to", "0"), ("to", "later"), ("color", "#12345"), ("color", "#ggg"), ("color", "reddish"),
        ("color", ""), ("color", "#1234567890"), ("color", "##fff"), ("color", "</svg>"),
    ])
    func whatCannotBeUsedIsNamed(name: String, text: String) {
        #expect {
            try WaveformOptions(parameters: ["from": "0"].merging([name: text]) { $1 })
        } throws: { error in
            (error as? WaveformParameterError)?.fields.keys.sorted() == [name]
        }
    }

    @Test func allFaultsAreToldAtOnce() {
        #expect {
            try WaveformOptions(parameters: ["width": "x", "bits": "9", "from": "3", "to": "2"])
        } throws: { error in
            (error as? WaveformParameterError)?.fields == [
                "width": "Use a whole number from 1 to 4096.", "bits": "Use 8 or 16.",
                "to": "Must be greater than from.",
            ]
        }
    }

    @Test(arguments: [
        ("#0af", 0x00, 0xAA, 0xFF, 255), ("0af", 0x00, 0xAA, 0xFF, 255), ("#0A1b2C", 0x0A, 0x1B, 0x2C, 255),
        ("0a1b2c80", 0x0A, 0x1B, 0x2C, 128), ("Teal", 0, 128, 128, 255), ("orange", 255, 165, 0, 255),
    ])
    func coloursAreRead(text: String, red: UInt8, green: UInt8, blue: UInt8, alpha: UInt8) {
        #expect(WaveformColor(text) == WaveformColor(red: red, green: green, blue: blue, alpha: alpha))
    }
}
