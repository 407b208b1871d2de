import Foundation
import NIOCore
import Yams

/// The description of the API, written as YAML in `openapi.yaml` and served as JSON.
package enum OpenAPIDocument {
    /// The document as JSON, keys sorted.
    package static let json: String = {
        // The file is part of the binary, and a test reads it: it cannot be missing or malformed in a build that passed.
        guard let bytes = EmbeddedFile.files(below: "OpenAPI")["openapi.yaml"],
            let document = try? Yams.load(yaml: String(buffer: bytes)),
            let json = try? JSONSerialization.data(
                withJSONObject: document, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
        else { return "{}" }
        return String(decoding: json, as: UTF8.self)
    }()
}
