import NIOCore

@testable import Platform

/// A form as tests see it: each part with all its bytes.
struct Form: Equatable {
    struct Part: Equatable {
        let head: MultipartPart
        var body: [UInt8]
        var isEnded = false
    }

    var parts: [Part] = []
    var isFinished = false

    /// Fails the order of events that the parser promises.
    struct Disorder: Error {}

    mutating func take(_ event: MultipartEvent) throws {
        guard !isFinished else { throw Disorder() }
        switch event {
        case .partBegan(let head):
            guard parts.last?.isEnded ?? true else { throw Disorder() }
            parts.append(Part(head: head, body: []))
        case .body(let bytes):
            guard let last = parts.indices.last, !parts[last].isEnded, bytes.readableBytes > 0 else { throw Disorder() }
            parts[last].body += bytes.readableBytesView
        case .partEnded:
            guard let last = parts.indices.last, !parts[last].isEnded else { throw Disorder() }
            parts[last].isEnded = true
        case .finished:
            guard parts.last?.isEnded ?? true else { throw Disorder() }
            isFinished = true
        }
    }

    /// Parses these pieces to the end.
    static func parse(
        _ pieces: [ArraySlice<UInt8>], boundary: String, limits: MultipartLimits = MultipartLimits()
    ) throws -> Form {
        var parser = MultipartParser(boundary: try MultipartBoundary(boundary), limits: limits)
        var form = Form()
        for piece in pieces {
            for event in try parser.feed(ByteBuffer(bytes: piece)) { try form.take(event) }
        }
        try parser.finish()
        return form
    }

    static func parse(_ text: String, boundary: String, limits: MultipartLimits = MultipartLimits()) throws -> Form {
        try parse([Array(text.utf8)[...]], boundary: boundary, limits: limits)
    }
}
