/// Why a body is not the `multipart/form-data` that it should be (RFC 7578, RFC 2046 §5.1).
package struct MultipartError: Error, Hashable, CustomStringConvertible {
    /// What is wrong; the first two are a wrong type (415), the limits are too much (413), the rest a bad request
    /// (400).
    package enum Code: String, Sendable, CaseIterable {
        case notMultipart
        case unsupportedEncoding
        case badBoundary
        case boundaryNotFound
        case malformedDelimiter
        case malformedHeader
        case missingName
        case truncated
        case headerTooLarge
        case tooManyParts
        case fieldTooLarge
    }

    package let code: Code
    /// One sentence for whoever made the request.
    package let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
