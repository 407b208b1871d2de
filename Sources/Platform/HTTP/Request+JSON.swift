import Foundation
import HTTPTypes
package import Hummingbird

extension Request {
    /// Largest JSON body that is read, in bytes.
    package static let maximumJSONBytes = 1 << 20

    /// The body as JSON. 400 with `fields` where members are missing or of the wrong type, 413 beyond 1 MiB, 415 where
    /// another type is declared.
    package func decodeJSON<Value: Decodable>(_ type: Value.Type, _ context: AppContext) async throws -> Value {
        if let declared = headers[.contentType], !declared.lowercased().contains("json") {
            throw Problem(
                .unsupportedMediaType, code: "unsupported_media_type",
                "Send the body as application/json, not as \(declared.prefix(100)).")
        }
        let tooLarge = Problem(.contentTooLarge, code: "too_large", "A JSON body may have at most 1 MiB.")
        if let declared = headers[.contentLength].flatMap({ Int($0) }), declared > Self.maximumJSONBytes {
            throw tooLarge
        }
        var bytes = Data()
        for try await chunk in body {
            guard bytes.count + chunk.readableBytes <= Self.maximumJSONBytes else { throw tooLarge }
            bytes.append(contentsOf: chunk.readableBytesView)
        }
        do {
            return try JSONCoding.decoder().decode(type, from: bytes)
        } catch let error as DecodingError {
            throw Problem(error)
        }
    }
}

extension Problem {
    /// What is wrong with a JSON body, by field where it has one.
    init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            self = .invalid([Self.path(context.codingPath + [key]): "is required"])
        case .typeMismatch(let type, let context):
            self = .mismatch(context.codingPath, "must be \(Self.name(of: type))")
        case .valueNotFound(let type, let context):
            self = .mismatch(context.codingPath, "must be \(Self.name(of: type)), not null")
        case .dataCorrupted(let context):
            self = .mismatch(context.codingPath, "is not valid")
        @unknown default:
            self = .malformedJSON
        }
    }

    private static let malformedJSON = Problem(
        .badRequest, code: "malformed_json", "The body is not a JSON object of the expected form.")

    private static func mismatch(_ path: [any CodingKey], _ sentence: String) -> Problem {
        path.isEmpty ? malformedJSON : .invalid([self.path(path): sentence])
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.map { $0.intValue.map(String.init) ?? JSONCoding.snakeCase($0.stringValue) }.joined(separator: ".")
    }

    private static func name(of type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a text"
        case is Bool.Type: "true or false"
        case is Int.Type, is Int64.Type, is Int32.Type: "a whole number"
        case is Double.Type, is Float.Type: "a number"
        case is any RandomAccessCollection.Type: "a list"
        default: "of another type"
        }
    }
}
