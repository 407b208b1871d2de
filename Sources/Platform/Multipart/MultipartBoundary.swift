/// The boundary that a `Content-Type` of `multipart/form-data` names (RFC 2046 §5.1.1): 1 to 70 visible characters.
package struct MultipartBoundary: Hashable, Sendable {
    package let text: String

    /// - Parameter contentType: the request's `Content-Type` field.
    package init(contentType: String?) throws(MultipartError) {
        guard let field = contentType.map({ HeaderValue($0.utf8) }), field.value.lowercased() == "multipart/form-data"
        else {
            throw MultipartError(
                .notMultipart, "The request's Content-Type should be multipart/form-data with a boundary.")
        }
        guard let text = field.parameters["boundary"], !text.isEmpty else {
            throw MultipartError(.badBoundary, "The Content-Type multipart/form-data has to name its boundary.")
        }
        try self.init(text)
    }

    package init(_ text: String) throws(MultipartError) {
        guard (1...70).contains(text.utf8.count), text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }),
            text.last != " "
        else {
            throw MultipartError(
                .badBoundary, "The boundary of a multipart body has to have 1 to 70 printable ASCII characters.")
        }
        self.text = text
    }
}
