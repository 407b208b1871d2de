import NIOCore
import Testing

@testable import Platform

struct MultipartLimitsTests {
    private let head = "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n"

    private func code(_ text: String, _ limits: MultipartLimits) throws -> MultipartError.Code? {
        do {
            _ = try Form.parse(text, boundary: "b", limits: limits)
            return nil
        } catch let error as MultipartError {
            return error.code
        }
    }

    @Test func partsAreCounted() throws {
        var limits = MultipartLimits()
        limits.parts = 3
        let three = String(repeating: head + "1\r\n", count: 3)
        #expect(try code(three + "--b--", limits) == nil)
        #expect(try code(three + head + "1\r\n--b--", limits) == .tooManyParts)
    }

    @Test func headerLinesAreBoundToTheByte() throws {
        var limits = MultipartLimits()
        let lines = "Content-Disposition: form-data; name=a"
        limits.headerBytes = lines.utf8.count
        #expect(try code(head + "1\r\n--b--", limits) == nil)
        limits.headerBytes -= 1
        #expect(try code(head + "1\r\n--b--", limits) == .headerTooLarge)
    }

    /// Endless streams are refused soon, wherever they do not end.
    private static let endlessForms: [(String, String, MultipartError.Code)] = [
        ("", "x", .boundaryNotFound), ("", "\r\n--", .boundaryNotFound),
        ("--b", " ", .headerTooLarge), ("--b\r\n", "x", .headerTooLarge), ("--b\r\n", "a: b\r\n", .headerTooLarge),
        ("", "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n", .tooManyParts),
    ]

    @Test(arguments: endlessForms)
    func endlessFormsAreRefused(beginning: String, repeated: String, code: MultipartError.Code) throws {
        var parser = MultipartParser(boundary: try MultipartBoundary("b"))
        let error = #expect(throws: MultipartError.self) {
            _ = try parser.feed(ByteBuffer(string: beginning))
            let piece = ByteBuffer(string: String(repeating: repeated, count: 1_000))
            for _ in 0..<1_000 { _ = try parser.feed(piece) }
        }
        #expect(error?.code == code)
    }
}
