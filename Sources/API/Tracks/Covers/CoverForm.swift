import HTTPTypes
import Hummingbird
import Media
import NIOCore
import Platform

/// A form with one picture.
enum CoverForm {
    /// What a form may hold beside its picture.
    private static let overheadBytes = 64 << 10

    /// The bytes of the part `file`; 413 beyond 10 MiB, 400 and 415 for what is no such form.
    static func read(_ request: Request) async throws -> [UInt8] {
        let declared = request.headers[.contentLength].flatMap { Int($0) } ?? 0
        guard declared <= Picture.maximumBytes + overheadBytes else { throw tooLarge }
        do {
            let boundary = try MultipartBoundary(contentType: request.headers[.contentType])
            var events = MultipartStream(request.body, boundary: boundary).makeAsyncIterator()
            var picture: [UInt8]?
            while let event = try await events.next() {
                guard case .partBegan(let part) = event else { continue }
                guard part.name == "file" else { continue }
                guard picture == nil else { throw Problem.invalid(["file": "Send one file at a time."]) }
                picture = try await bytes(&events)
            }
            guard let picture, !picture.isEmpty else { throw Problem.invalid(["file": "is required"]) }
            return picture
        } catch let error as MultipartError {
            throw Problem.form(error)
        }
    }

    private static func bytes<Body>(_ events: inout MultipartStream<Body>.Iterator) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while case .body(let piece)? = try await events.next() {
            guard bytes.count + piece.readableBytes <= Picture.maximumBytes else { throw tooLarge }
            bytes.append(contentsOf: piece.readableBytesView)
        }
        return bytes
    }

    private static let tooLarge = Problem(
        .contentTooLarge, code: "too_large", "A picture may have at most \(Picture.maximumBytes >> 20) MiB.")
}
