import NIOCore
import TestSupport
import Testing

@testable import Chat

struct TextValidatorTests {
    private static func isText(_ pieces: [[UInt8]]) -> Bool {
        var validator = TextValidator()
        return pieces.allSatisfy { validator.accept(ByteBuffer(bytes: $0)) } && validator.isComplete
    }

    @Test(arguments: ["", "a", "é", "漢", "🎧", "κόσμε", "\u{0}", "\u{10FFFF}", "\u{D7FF}\u{E000}", "twelve bytes🎧"])
    func takesText(text: String) {
        let bytes = Array(text.utf8)
        #expect(Self.isText([bytes]))
        #expect(Self.isText(bytes.map { [$0] }))
    }

    @Test(
        arguments: [
            // A continuation alone, one missing, too long a form, a surrogate, beyond the last character, no bytes of UTF-8.
            [0x80], [0xC3], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80],
            [0xF4, 0x90, 0x80, 0x80],
            [0xF5, 0x80, 0x80, 0x80], [0xFE], [0xFF], [0x61, 0xC3, 0x61], [0xF0, 0x8F, 0xBF, 0xBF], [0xE2, 0x82],
        ] as [[UInt8]])
    func refusesWhatIsNone(bytes: [UInt8]) {
        #expect(!Self.isText([bytes]))
        #expect(!Self.isText(bytes.map { [$0] }))
    }

    /// Whatever the bytes and wherever they are split: the same as the standard library says.
    @Test func agreesWithTheLibrary() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix(state: seed)
        for _ in 0..<2_000 {
            var bytes = Array(
                ["plain", "é", "漢字", "🎧", "\u{7FF}\u{FFFF}"].randomElement(using: &random)?.utf8 ?? "".utf8)
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: .min ... .max, using: &random)
            }
            let cut = Int.random(in: 0...bytes.count, using: &random)
            let isText = Self.isText([Array(bytes[..<cut]), Array(bytes[cut...])])
            #expect(isText == (String(validating: bytes, as: UTF8.self) != nil), "\(bytes) seed \(seed)")
        }
    }
}
