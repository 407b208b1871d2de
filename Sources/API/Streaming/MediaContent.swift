import NIOCore

/// Bytes that a ``MediaResponse`` sends: of a stored file, or of a rendition that may still have to be made.
protocol MediaContent: Sendable {
    /// The first of the bytes of `range`: at least one, at most as many as are worth holding for a listener.
    /// - Parameter hasBegun: the answer is under way, so that this request may not be refused for want of room.
    func firstBytes(of range: Range<Int64>, hasBegun: Bool) async throws -> ByteBuffer
}
