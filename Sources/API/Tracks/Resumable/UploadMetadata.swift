import Foundation
import Platform

/// `Upload-Metadata` (tus 1.0.0, creation): names and base64 values, which here are the fields of the form of
/// `POST /tracks`, and `filename`.
struct UploadMetadata: Sendable {
    /// What fits well into the bytes that the listener takes for all header fields.
    static let maximumBytes = 24 << 10

    /// As it was sent.
    let text: String
    /// As the client calls the file, made harmless.
    let fileName: String?
    let changes: TrackChanges

    /// Throws 400 `invalid` for what cannot be read, and for fields that the form would not take.
    init(_ text: String) throws(Problem) {
        guard text.utf8.count <= Self.maximumBytes else {
            throw .invalid(["Upload-Metadata": "At most \(Self.maximumBytes) bytes; set the rest afterwards."])
        }
        var fields: [String: String] = [:]
        for pair in text.split(separator: ",") {
            let parts = pair.split(separator: " ", omittingEmptySubsequences: true)
            guard let name = parts.first, parts.count <= 2, fields[String(name)] == nil,
                let value = Self.decoded(parts.dropFirst().first ?? "")
            else {
                throw .invalid(["Upload-Metadata": "Names, each with a value in base64 of UTF-8, separated by commas."])
            }
            fields[String(name)] = value
        }
        self.text = text
        fileName = fields["filename"].flatMap(MultipartPart.displayedFileName)
        changes = try TrackChanges(TrackInput(form: fields))
    }

    private static func decoded(_ text: Substring) -> String? {
        Data(base64Encoded: String(text)).flatMap { String(data: $0, encoding: .utf8) }
    }
}
