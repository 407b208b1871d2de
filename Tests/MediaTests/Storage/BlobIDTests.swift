import Foundation
import Testing

@testable import Media

@Suite struct BlobIDTests {
    private static let text = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    @Test func takesSixtyFourLowerCaseDigits() {
        #expect(BlobID(rawValue: Self.text)?.rawValue == Self.text)
        #expect(BlobID(rawValue: Self.text)?.description == Self.text)
    }

    @Test(arguments: [
        "", "abc", "\(text)0", "\(text.uppercased())", "\(text.dropLast())", "../\(text.dropLast(3))",
        "/\(text.dropLast())",
        "\(text.dropLast())\0", "\(text.dropLast())g", "\(text.dropLast(2))é", " \(text.dropLast())",
        "٣\(text.dropLast(2))",
    ])
    func takesNothingElse(text: String) { #expect(BlobID(rawValue: text) == nil) }

    @Test func isMadeOfADigest() {
        let id = BlobID(digest: (0..<32).map { UInt8($0) + 0xE0 })
        #expect(id.rawValue == "e0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff")
    }

    @Test func isABareStringInJSON() throws {
        let id = try #require(BlobID(rawValue: Self.text))
        #expect(String(decoding: try JSONEncoder().encode([id]), as: UTF8.self) == "[\"\(Self.text)\"]")
        #expect(try JSONDecoder().decode([BlobID].self, from: Data("[\"\(Self.text)\"]".utf8)) == [id])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([BlobID].self, from: Data("[\"../x\"]".utf8)) }
    }
}
