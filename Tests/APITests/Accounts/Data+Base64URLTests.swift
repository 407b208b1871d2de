import Foundation
import Testing

@testable import API

struct DataBase64URLTests {
    /// RFC 4648 §10, without padding, and the two characters that differ from plain Base64.
    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy"), ("~~~???", "fn5-Pz8_"),
    ])
    func writesAndReads(plain: String, text: String) throws {
        #expect(Data(plain.utf8).base64URL == text)
        #expect(Data(base64URL: text) == Data(plain.utf8))
    }

    @Test(arguments: ["Zg==", "Zm8=", "a+b/", "A", "Zm9v Yg", "Zm9vYg\n"])
    func refusesWhatItNeverWrites(_ text: String) {
        #expect(Data(base64URL: text) == nil)
    }
}
