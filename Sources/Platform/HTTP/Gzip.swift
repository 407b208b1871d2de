import CZlib
package import NIOCore

/// gzip (RFC 1952) of whole bodies, at the level that is quickest for its worth.
package enum Gzip {
    /// The compressed bytes; nil if memory ran out, in which case the plain body is as good an answer.
    package static func compress(_ bytes: ByteBuffer) -> ByteBuffer? {
        var stream = z_stream()
        guard talas_gzip_begin(&stream, 4) == Z_OK else { return nil }
        defer { deflateEnd(&stream) }
        let bound = Int(deflateBound(&stream, uLong(bytes.readableBytes))) + 32
        var output = ByteBufferAllocator().buffer(capacity: bound)
        var finished = false
        bytes.withUnsafeReadableBytes { input in
            // zlib takes a mutable pointer for historical reasons and only reads from it.
            stream.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
            stream.avail_in = uInt(input.count)
            output.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { space in
                stream.next_out = space.bindMemory(to: UInt8.self).baseAddress
                stream.avail_out = uInt(space.count)
                finished = deflate(&stream, Z_FINISH) == Z_STREAM_END
                return Int(stream.total_out)
            }
        }
        return finished ? output : nil
    }
}
