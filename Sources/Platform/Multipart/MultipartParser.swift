package import NIOCore

/// What a form consists of, in order: `partBegan`, any number of `body`, `partEnded`, …, `finished`.
package enum MultipartEvent: Hashable, Sendable {
    case partBegan(MultipartPart)
    /// Some bytes of the part, never none: a slice of what was fed.
    case body(ByteBuffer)
    case partEnded
    /// The final boundary was there; what follows does not matter.
    case finished
}

/// Takes a `multipart/form-data` body (RFC 7578, RFC 2046 §5.1) apart while it arrives, in pieces of any size.
///
/// It keeps one header block at most, whatever is uploaded: a delimiter that a piece ends within is remembered by how
/// many of its bytes were there, not by a copy.
package struct MultipartParser: Sendable {
    private enum State {
        /// Before the first delimiter; what is there is dropped.
        case preamble
        case body
        /// Behind a delimiter: either two dashes, or spaces and CRLF.
        case afterDelimiter, afterDash, padding, afterCarriageReturn
        case header
        case finished
    }

    private let delimiter: Delimiter
    private let limits: MultipartLimits
    private var state = State.preamble
    /// How many bytes of the delimiter were the last ones seen. One that begins a body or the form needs no CRLF of its
    /// own before it: that one counts as seen.
    private var matchedBytes = 2
    /// How many of these are not content.
    private var borrowedBytes = 2
    private var header: [UInt8] = []
    private var partCount = 0
    private var preambleCount = 0
    private var paddingCount = 0

    package init(boundary: MultipartBoundary, limits: MultipartLimits = MultipartLimits()) {
        delimiter = Delimiter(boundary)
        self.limits = limits
    }

    /// What the next bytes of the body bring. After an error nothing may be fed.
    package mutating func feed(_ bytes: ByteBuffer) throws(MultipartError) -> [MultipartEvent] {
        var rest = bytes
        var events: [MultipartEvent] = []
        while rest.readableBytes > 0, state != .finished {
            switch state {
            case .preamble, .body:
                if matchedBytes > 0 {
                    try resumeDelimiter(&rest, &events)
                } else {
                    try takeContent(&rest, &events)
                }
            case .header: try takeHeader(&rest, &events)
            default: try takeDelimiterEnd(&rest, &events)
            }
        }
        return events
    }

    /// To be called when the body is over; throws if the form is not.
    package func finish() throws(MultipartError) {
        switch state {
        case .finished: return
        case .preamble: throw Self.boundaryNotFound
        default:
            throw MultipartError(.truncated, "The form ends before its final boundary; the upload was cut off.")
        }
    }

    private static var boundaryNotFound: MultipartError {
        MultipartError(.boundaryNotFound, "The boundary that the Content-Type names is not in the body.")
    }

    // MARK: Content and delimiters

    /// Goes on with a delimiter that an earlier piece ended within, or that may begin here.
    private mutating func resumeDelimiter(
        _ rest: inout ByteBuffer, _ events: inout [MultipartEvent]
    ) throws(MultipartError) {
        let count = rest.withUnsafeReadableBytes { delimiter.continuation(after: matchedBytes, in: $0) }
        if matchedBytes + count == delimiter.bytes.count {
            rest.moveReaderIndex(forwardBy: count)
            endContent(&events)
        } else if count == rest.readableBytes {
            rest.moveReaderIndex(forwardBy: count)
            matchedBytes += count
        } else {
            // It was content all the time. The bytes that went on with it are in the rest.
            let content = delimiter.bytes[borrowedBytes..<matchedBytes]
            matchedBytes = 0
            borrowedBytes = 0
            try emit(ByteBuffer(bytes: content), &events)
        }
    }

    private mutating func takeContent(
        _ rest: inout ByteBuffer, _ events: inout [MultipartEvent]
    ) throws(MultipartError) {
        switch rest.withUnsafeReadableBytes({ delimiter.search($0) }) {
        case .none:
            try emit(rest, &events)
            rest.moveReaderIndex(to: rest.writerIndex)
        case .whole(let start):
            try emit(take(start, from: &rest), &events)
            rest.moveReaderIndex(forwardBy: delimiter.bytes.count)
            endContent(&events)
        case .partial(let start):
            try emit(take(start, from: &rest), &events)
            matchedBytes = rest.readableBytes
            rest.moveReaderIndex(to: rest.writerIndex)
        }
    }

    private func take(_ count: Int, from rest: inout ByteBuffer) -> ByteBuffer {
        rest.readSlice(length: count) ?? ByteBuffer()
    }

    private mutating func emit(_ content: ByteBuffer, _ events: inout [MultipartEvent]) throws(MultipartError) {
        guard content.readableBytes > 0 else { return }
        guard state == .preamble else { return events.append(.body(content)) }
        preambleCount += content.readableBytes
        if preambleCount > limits.preambleBytes { throw Self.boundaryNotFound }
    }

    private mutating func endContent(_ events: inout [MultipartEvent]) {
        if state == .body { events.append(.partEnded) }
        matchedBytes = 0
        borrowedBytes = 0
        paddingCount = 0
        state = .afterDelimiter
    }

    // MARK: Behind a delimiter

    private mutating func takeDelimiterEnd(
        _ rest: inout ByteBuffer, _ events: inout [MultipartEvent]
    ) throws(MultipartError) {
        guard let byte = rest.readInteger(as: UInt8.self) else { return }
        switch (state, byte) {
        case (.afterDelimiter, UInt8(ascii: "-")):
            state = .afterDash
        case (.afterDash, UInt8(ascii: "-")):
            state = .finished
            events.append(.finished)
        case (.afterDelimiter, 0x20), (.afterDelimiter, 0x09), (.padding, 0x20), (.padding, 0x09):
            paddingCount += 1
            guard paddingCount <= limits.headerBytes else { throw Self.headerTooLarge }
            state = .padding
        case (.afterDelimiter, 0x0D), (.padding, 0x0D):
            state = .afterCarriageReturn
        case (.afterCarriageReturn, 0x0A):
            partCount += 1
            guard partCount <= limits.parts else {
                throw MultipartError(.tooManyParts, "The form has more than \(limits.parts) parts.")
            }
            header.removeAll(keepingCapacity: true)
            state = .header
        default:
            throw MultipartError(
                .malformedDelimiter, "A boundary in the form is followed by something other than a line end.")
        }
    }

    private static var headerTooLarge: MultipartError {
        MultipartError(.headerTooLarge, "The header lines of a part are too long.")
    }

    private mutating func takeHeader(
        _ rest: inout ByteBuffer, _ events: inout [MultipartEvent]
    ) throws(MultipartError) {
        let previousCount = header.count
        let maximumCount = limits.headerBytes + Self.headerEnd.count
        header += rest.readableBytesView.prefix(maximumCount - previousCount)
        // A part without header lines begins with the empty line.
        let isEmpty = header.starts(with: Self.lineEnd)
        guard let end = isEmpty ? 0 : endOfHeader(from: max(0, previousCount - Self.headerEnd.count + 1)) else {
            guard header.count < maximumCount else { throw Self.headerTooLarge }
            rest.moveReaderIndex(forwardBy: header.count - previousCount)
            return
        }
        let part = try MultipartPart(header: header[..<(isEmpty ? 0 : end + Self.lineEnd.count)])
        rest.moveReaderIndex(forwardBy: end + Self.headerEnd.count - previousCount)
        events.append(.partBegan(part))
        state = .body
        matchedBytes = Self.lineEnd.count
        borrowedBytes = Self.lineEnd.count
    }

    private static let lineEnd: [UInt8] = [0x0D, 0x0A]
    private static let headerEnd: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]

    private func endOfHeader(from start: Int) -> Int? {
        guard header.count >= Self.headerEnd.count else { return nil }
        return (start...(header.count - Self.headerEnd.count)).first { header[$0...].starts(with: Self.headerEnd) }
    }
}
