import NIOCore

/// Makes frames of bytes, however these were split on their way.
struct FrameReader {
    /// What no frame was made of yet.
    private var waiting = ByteBuffer()
    /// ``waiting`` has memory of its own, rather than that of what was read from the socket.
    private var isOwnMemory = false

    /// Bytes that no frame was made of yet.
    var waitingBytes: Int { waiting.readableBytes }

    mutating func append(_ bytes: ByteBuffer) {
        if waiting.readableBytes == 0 {
            waiting = bytes
            isOwnMemory = false
        } else {
            settle()
            waiting.writeImmutableBuffer(bytes)
        }
    }

    /// The next whole frame; nil until more bytes come.
    mutating func next() throws(ProtocolViolation) -> WireFrame? {
        guard let header = try FrameHeader(at: waiting.readerIndex, in: waiting),
            waiting.readableBytes >= header.size + header.payloadSize
        else {
            settle()
            return nil
        }
        waiting.moveReaderIndex(forwardBy: header.size)
        var payload = ByteBufferAllocator().buffer(capacity: header.payloadSize)
        Self.unmask(header.payloadSize, of: waiting, with: header.mask, into: &payload)
        waiting.moveReaderIndex(forwardBy: header.payloadSize)
        return WireFrame(kind: header.kind, isFinal: header.isFinal, payload: payload)
    }

    /// Throws away what is waiting.
    mutating func clear() { waiting = ByteBuffer() }

    /// Keeps no more memory than what waits needs: the buffer that a socket was read into is a large one.
    private mutating func settle() {
        guard waiting.readableBytes > 0 else { return waiting = ByteBuffer() }
        guard !isOwnMemory else { return }
        var own = ByteBufferAllocator().buffer(capacity: waiting.readableBytes)
        own.writeImmutableBuffer(waiting)
        waiting = own
        isOwnMemory = true
    }

    /// Eight bytes at a time (§5.3).
    private static func unmask(_ count: Int, of bytes: ByteBuffer, with mask: UInt32, into payload: inout ByteBuffer) {
        guard count > 0 else { return }
        let wide = UInt64(mask) << 32 | UInt64(mask)
        bytes.withUnsafeReadableBytes { source in
            _ = payload.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { target in
                var index = 0
                while index + 8 <= count {
                    let word = source.loadUnaligned(fromByteOffset: index, as: UInt64.self) ^ wide
                    target.storeBytes(of: word, toByteOffset: index, as: UInt64.self)
                    index += 8
                }
                while index < count {
                    target[index] = source[index] ^ UInt8(truncatingIfNeeded: mask >> (8 * UInt32(index & 3)))
                    index += 1
                }
                return count
            }
        }
    }
}
