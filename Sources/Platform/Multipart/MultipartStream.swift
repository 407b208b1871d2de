package import NIOCore

/// The events of a form in a request's body. It reads on only when the next one is asked for, so whoever writes to a
/// disk that is slow slows the client down, and nothing piles up.
package struct MultipartStream<Body: AsyncSequence>: AsyncSequence where Body.Element == ByteBuffer {
    package typealias Element = MultipartEvent
    package typealias Failure = any Error

    private let body: Body
    private let parser: MultipartParser

    package init(_ body: Body, boundary: MultipartBoundary, limits: MultipartLimits = MultipartLimits()) {
        self.body = body
        parser = MultipartParser(boundary: boundary, limits: limits)
    }

    package func makeAsyncIterator() -> Iterator {
        Iterator(body: body.makeAsyncIterator(), parser: parser)
    }

    /// Throws ``MultipartError``, and what the body throws.
    package struct Iterator: AsyncIteratorProtocol {
        private var body: Body.AsyncIterator
        private var parser: MultipartParser
        /// Of the last piece, the next one last.
        private var pending: [MultipartEvent] = []
        private var isFinished = false

        fileprivate init(body: Body.AsyncIterator, parser: MultipartParser) {
            self.body = body
            self.parser = parser
        }

        package mutating func next() async throws -> MultipartEvent? {
            try await next(isolation: nil)
        }

        package mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(any Error) -> MultipartEvent? {
            while pending.isEmpty, !isFinished {
                guard let bytes = try await body.next(isolation: actor) else {
                    try parser.finish()
                    isFinished = true
                    break
                }
                pending = try parser.feed(bytes).reversed()
            }
            let event = pending.popLast()
            if event == .finished { isFinished = true }
            return event
        }

        /// The rest of the part that has begun, as text; its end is taken too.
        ///
        /// - Parameter maximumBytes: longer ones are refused with ``MultipartError/Code/fieldTooLarge``.
        package mutating func text(
            of part: MultipartPart, maximumBytes: Int, isolation actor: isolated (any Actor)? = #isolation
        ) async throws -> String {
            var collected = ByteBuffer()
            while case .body(var bytes)? = try await next(isolation: actor) {
                guard collected.readableBytes + bytes.readableBytes <= maximumBytes else {
                    throw MultipartError(
                        .fieldTooLarge, "The form's field \"\(part.name)\" has more than \(maximumBytes) bytes.")
                }
                collected.writeBuffer(&bytes)
            }
            return String(buffer: collected)
        }
    }
}
