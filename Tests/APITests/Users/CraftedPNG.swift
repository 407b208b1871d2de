import CZlib
import Foundation

/// Pictures that are more than they seem, in the format of PNG.
struct CraftedPNG {
    private(set) var data = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])

    /// Begins a picture of one bit a pixel.
    init(width: Int, height: Int) {
        add("IHDR", Self.big(width) + Self.big(height) + Data([1, 0, 0, 0, 0]))
    }

    /// All of its pixels, black, and the end.
    mutating func finish(width: Int, height: Int) {
        add("IDAT", Self.deflated(zeros: height * (1 + (width + 7) / 8)))
        add("IEND", Data())
    }

    /// One chunk with its checksum.
    mutating func add(_ type: String, _ content: Data) {
        let body = Data(type.utf8) + content
        let sum = body.withUnsafeBytes { bytes in
            crc32(0, bytes.bindMemory(to: UInt8.self).baseAddress, UInt32(bytes.count))
        }
        data += Self.big(content.count) + body + Self.big(Int(sum))
    }

    /// Most significant byte first.
    static func big(_ number: Int) -> Data { withUnsafeBytes(of: UInt32(number).bigEndian) { Data($0) } }

    /// So many zeros as zlib packs them: a thousandth.
    static func deflated(zeros count: Int) -> Data {
        var stream = z_stream()
        deflateInit_(&stream, 9, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        defer { deflateEnd(&stream) }
        var zeros = [UInt8](repeating: 0, count: 1 << 20)
        var output = [UInt8](repeating: 0, count: 1 << 20)
        var packed = Data()
        var left = count
        repeat {
            let piece = min(left, zeros.count)
            left -= piece
            zeros.withUnsafeMutableBufferPointer { input in
                output.withUnsafeMutableBufferPointer { room in
                    stream.next_in = input.baseAddress
                    stream.avail_in = UInt32(piece)
                    stream.next_out = room.baseAddress
                    stream.avail_out = UInt32(room.count)
                    deflate(&stream, left == 0 ? Z_FINISH : Z_NO_FLUSH)
                    packed.append(contentsOf: room.dropLast(Int(stream.avail_out)))
                }
            }
        } while left > 0
        return packed
    }
}
