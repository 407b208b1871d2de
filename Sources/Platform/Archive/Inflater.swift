import CZlib

/// zlib's state for one raw deflate stream (RFC 1951); freed exactly once, with the last reference.
final class Inflater {
    private static let blockBytes = 256 << 10

    private var stream = z_stream()
    private var isAtEnd = false
    private let block = UnsafeMutableRawBufferPointer.allocate(byteCount: blockBytes, alignment: 16)

    init() throws(ZipError) {
        guard talas_inflate_begin(&stream) == Z_OK else {
            block.deallocate()
            throw ZipError("There is no memory to read the archive.")
        }
    }

    deinit {
        inflateEnd(&stream)
        block.deallocate()
    }

    /// Gives what the next bytes of the stream stand for, piece by piece.
    func inflate(_ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        guard !isAtEnd else { throw ZipError.damaged }
        var input = bytes
        try input.withUnsafeMutableBufferPointer { input in
            stream.next_in = input.baseAddress
            stream.avail_in = uInt(input.count)
            repeat {
                stream.next_out = block.baseAddress?.assumingMemoryBound(to: Bytef.self)
                stream.avail_out = uInt(block.count)
                let status = CZlib.inflate(&stream, Z_NO_FLUSH)
                guard [Z_OK, Z_STREAM_END, Z_BUF_ERROR].contains(status) else { throw ZipError.damaged }
                let count = block.count - Int(stream.avail_out)
                if count > 0 { try body(UnsafeRawBufferPointer(rebasing: block[..<count])) }
                isAtEnd = status == Z_STREAM_END
            } while !isAtEnd && stream.avail_out == 0
            // Neither may outlive the array.
            stream.next_in = nil
            stream.avail_in = 0
        }
    }
}
