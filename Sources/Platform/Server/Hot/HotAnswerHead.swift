import Foundation
import NIOCore

/// Writes the heads of one connection's hot answers.
struct HotAnswerHead {
    private var dateSecond = 0
    private var date = ByteBuffer()
    private var nextID = UInt64.random(in: .min ... .max)

    /// The id of a request that came without one: 16 hexadecimal digits.
    mutating func makeID() -> String {
        // SplitMix64 (Steele, Lea and Flood 2014): ids have to differ, not to be secret.
        nextID &+= 0x9E37_79B9_7F4A_7C15
        var word = nextID
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        word ^= word >> 31
        return String(unsafeUninitializedCapacity: 16) { digits in
            for index in 0..<16 {
                let digit = UInt8(truncatingIfNeeded: word >> (60 - 4 * UInt64(index))) & 15
                digits[index] = digit + (digit < 10 ? 0x30 : 0x57)
            }
            return 16
        }
    }

    /// Status line and header fields, up to the empty line.
    /// - Parameter second: of the clock, since 1970.
    mutating func bytes(_ answer: HotAnswer, id: String, second: Int, allocator: ByteBufferAllocator) -> ByteBuffer {
        var head = allocator.buffer(capacity: answer.fields.readableBytes + 352)
        if let slice = answer.slice {
            head.writeStaticString("HTTP/1.1 206 Partial Content\r\nContent-Range: bytes ")
            head.writeDecimal(slice.lowerBound)
            head.writeStaticString("-")
            head.writeDecimal(slice.upperBound - 1)
            head.writeStaticString("/")
            head.writeDecimal(answer.size)
            head.writeStaticString("\r\nContent-Length: ")
            head.writeDecimal(slice.upperBound - slice.lowerBound)
        } else {
            head.writeStaticString("HTTP/1.1 200 OK\r\nContent-Length: ")
            head.writeDecimal(answer.size)
        }
        head.writeStaticString("\r\n")
        head.writeImmutableBuffer(answer.fields)
        head.writeStaticString("X-Request-Id: ")
        head.writeString(id)
        head.writeImmutableBuffer(rest(at: second))
        return head
    }

    /// Date and server, the same for a second.
    private mutating func rest(at second: Int) -> ByteBuffer {
        if second != dateSecond {
            dateSecond = second
            let text = HTTPDate.text(Date(timeIntervalSince1970: Double(second)))
            date = ByteBuffer(string: "\r\nDate: \(text)\r\nServer: Talas\r\n\r\n")
        }
        return date
    }
}

extension ByteBuffer {
    /// Writes a number that is not negative in decimal digits.
    mutating func writeDecimal(_ number: Int64) {
        var rest = UInt64(number)
        var count = 1
        while rest >= 10 {
            rest /= 10
            count += 1
        }
        rest = UInt64(number)
        writeWithUnsafeMutableBytes(minimumWritableBytes: count) { bytes in
            for index in stride(from: count - 1, through: 0, by: -1) {
                bytes[index] = UInt8(truncatingIfNeeded: 0x30 + rest % 10)
                rest /= 10
            }
            return count
        }
    }
}
