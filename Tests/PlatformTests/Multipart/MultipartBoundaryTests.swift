import Testing

@testable import Platform

struct MultipartBoundaryTests {
    @Test(arguments: [
        ("multipart/form-data; boundary=abc", "abc"),
        ("Multipart/Form-Data;charset=utf-8; BOUNDARY=\"a b;c\"", "a b;c"),
        ("multipart/form-data; boundary=----WebKitFormBoundaryAbC123", "----WebKitFormBoundaryAbC123"),
    ])
    func isRead(contentType: String, boundary: String) throws {
        #expect(try MultipartBoundary(contentType: contentType).text == boundary)
    }

    private static let refused: [(String?, MultipartError.Code)] = [
        (nil, .notMultipart), ("application/json", .notMultipart),
        ("multipart/mixed; boundary=a", .notMultipart), ("multipart/form-data", .badBoundary),
        ("multipart/form-data; boundary=", .badBoundary), ("multipart/form-data; boundary=\"a \"", .badBoundary),
        ("multipart/form-data; boundary=é", .badBoundary),
        ("multipart/form-data; boundary=" + String(repeating: "a", count: 71), .badBoundary),
        ("multipart/form-data; boundary=\"a%0D%0Ab\"", .badBoundary),
    ]

    @Test(arguments: refused)
    func isRefused(contentType: String?, code: MultipartError.Code) throws {
        let error = try #require(throws: MultipartError.self) { try MultipartBoundary(contentType: contentType) }
        #expect(error.code == code)
    }
}
