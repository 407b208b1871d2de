import NIOCore
import Testing

@testable import Platform

struct MultipartParserTests {
    private static let twoParts = """
        --xyz\r
        Content-Disposition: form-data; name="title"\r
        \r
        Été\r
        --xyz\r
        content-type: audio/flac; rate=1\r
        CONTENT-DISPOSITION: form-data; name="file"; filename="a.flac"\r
        \r
        fLaC\r\n--xy\r\r\n--\r
        --xyz--\r

        """

    @Test func takesAFormApart() throws {
        let form = try Form.parse(Self.twoParts, boundary: "xyz")
        #expect(form.isFinished && form.parts.count == 2)
        #expect(form.parts[0].head == MultipartPart(name: "title", sentFileName: nil, contentType: nil))
        #expect(form.parts[0].body == Array("Été".utf8))
        #expect(
            form.parts[1].head == MultipartPart(name: "file", sentFileName: "a.flac", contentType: "audio/flac"))
        #expect(form.parts[1].body == Array("fLaC\r\n--xy\r\r\n--".utf8))
    }

    @Test func everySplitInTwoAndThreeGivesTheSame() throws {
        let bytes = Array(Self.twoParts.utf8)
        let whole = try Form.parse([bytes[...]], boundary: "xyz")
        for first in 0...bytes.count {
            #expect(try Form.parse([bytes[..<first], bytes[first...]], boundary: "xyz") == whole)
            for second in stride(from: first, through: bytes.count, by: 7) {
                let pieces = [bytes[..<first], bytes[first..<second], bytes[second...]]
                #expect(try Form.parse(pieces, boundary: "xyz") == whole, "\(first), \(second)")
            }
        }
        #expect(try Form.parse(bytes.indices.map { bytes[$0...$0] }, boundary: "xyz") == whole)
    }

    private static let oddForms: [(String, [String])] = [
        // Preamble and epilogue, spaces behind boundaries.
        ("hello\r\n--b \t\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b-- \r\nbye --b", ["1"]),
        // No line end after the final boundary.
        ("--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b--", ["1"]),
        // No content, with and without a line end of the delimiter's own.
        ("--b\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n--b--", [""]),
        ("--b\r\nContent-Disposition: form-data; name=a\r\n\r\n--b--", [""]),
        // Content that begins or ends like a delimiter.
        ("--b\r\nContent-Disposition: form-data; name=a\r\n\r\n-\r\n\r\n-\r\n--b--", ["-\r\n\r\n-"]),
        ("--b\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n\r\n--b--", ["\r\n"]),
        ("--b\r\nContent-Disposition: form-data; name=a\r\n\r\n--\r\n--\r--b\n--b\r\n--b--", ["--\r\n--\r--b\n--b"]),
        // A folded header line.
        ("--b\r\nContent-Disposition: form-data;\r\n\tname=a\r\n\r\n1\r\n--b--", ["1"]),
        // No part at all.
        ("--b--\r\n", []),
    ]

    @Test(arguments: oddForms)
    func readsOddForms(text: String, bodies: [String]) throws {
        let bytes = Array(text.utf8)
        for pieces in [[bytes[...]], bytes.indices.map { bytes[$0...$0] }] {
            let form = try Form.parse(pieces, boundary: "b")
            #expect(form.isFinished && form.parts.map { String(decoding: $0.body, as: UTF8.self) } == bodies)
        }
    }

    private static let badForms: [(String, MultipartError.Code)] = [
        ("", .boundaryNotFound), ("{\"json\": true}", .boundaryNotFound),
        ("--other\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--other--", .boundaryNotFound),
        ("--b", .truncated), ("--b\r\n", .truncated), ("--b\r\nContent-Disposition: form-data; name=a", .truncated),
        ("--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1", .truncated),
        ("--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b", .truncated),
        ("--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b-", .truncated),
        ("--bc\r\n", .malformedDelimiter), ("--b-\r\n", .malformedDelimiter), ("--b\n", .malformedDelimiter),
        ("--b\r\n\r\n1\r\n--b--", .missingName), ("--b\r\nContent-Type: a/b\r\n\r\n1\r\n--b--", .missingName),
        ("--b\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n--b--", .missingName),
        ("--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n--b--", .missingName),
        ("--b\r\nno colon\r\n\r\n1\r\n--b--", .malformedHeader), ("--b\r\n: x\r\n\r\n", .malformedHeader),
        ("--b\r\n folded: x\r\n\r\n", .malformedHeader), ("--b\r\na: b\nc: d\r\n\r\n", .malformedHeader),
        ("--b\r\nname with space: x\r\n\r\n", .malformedHeader), ("--b\r\na: \rb\r\n\r\n", .malformedHeader),
        (
            "--b\r\nContent-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64\r\n\r\nMQ==\r\n--b--",
            .unsupportedEncoding
        ),
    ]

    @Test(arguments: badForms)
    func refuses(text: String, code: MultipartError.Code) throws {
        let bytes = Array(text.utf8)
        for pieces in [[bytes[...]], bytes.indices.map { bytes[$0...$0] }] {
            let error = try #require(throws: MultipartError.self) { try Form.parse(pieces, boundary: "b") }
            #expect(error.code == code, "\(text)")
            #expect(error.description.hasSuffix("."))
        }
    }

    @Test func contentIsNotCopied() throws {
        var parser = MultipartParser(boundary: try MultipartBoundary("b"))
        _ = try parser.feed(ByteBuffer(string: "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n"))
        let content = ByteBuffer(repeating: 7, count: 65_536)
        guard case .body(let slice)? = try parser.feed(content).first else {
            Issue.record("there should be content")
            return
        }
        let addresses = [content, slice].map { $0.withUnsafeReadableBytes { $0.baseAddress } }
        #expect(addresses[0] == addresses[1] && slice == content)
    }
}
