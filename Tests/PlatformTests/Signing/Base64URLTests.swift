import Foundation
import Testing

@testable import Platform

struct Base64URLTests {
    /// RFC 4648 §10, without padding; and what is different in URLs.
    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
        ("foobar", "Zm9vYmFy"), ("???>>>", "Pz8_Pj4-"),
    ])
    func encodes(text: String, encoded: String) {
        #expect(Base64URL.text(text.utf8) == encoded)
    }

    @Test(arguments: 0..<10)
    func agreesWithFoundation(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let bytes = (0..<Int.random(in: 0...500, using: &generator)).map { _ in
            UInt8.random(in: 0...255, using: &generator)
        }
        let expected = Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
        #expect(Base64URL.text(bytes) == expected, "seed \(seed)")
    }
}
