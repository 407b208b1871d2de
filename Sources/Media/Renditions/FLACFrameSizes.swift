/// The smallest and the largest frame of some that follow one another, found in their bytes alone.
enum FLACFrameSizes {
    /// - Parameter first: the number of the first frame.
    /// - Returns: nil when the bytes are not as many whole frames as said.
    static func range(of bytes: UnsafeBufferPointer<UInt8>, first: Int64, count: Int64) -> ClosedRange<Int>? {
        var start = 0
        var smallest = Int.max
        var largest = 0
        for number in first..<first + count {
            guard isHead(bytes, at: start, number: number) else { return nil }
            let isLast = number + 1 == first + count
            guard let end = isLast ? bytes.count : self.end(bytes, from: start, next: number + 1),
                isWhole(bytes, start..<end)
            else { return nil }
            smallest = min(smallest, end - start)
            largest = max(largest, end - start)
            start = end
        }
        return start == bytes.count && largest > 0 ? smallest...largest : nil
    }

    /// Where the frame that begins at `start` ends: the next frame's head follows, and its own checksum is right.
    private static func end(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, next number: Int64) -> Int? {
        (start + 1..<bytes.count).first { place in
            bytes[place] == FLACFrame.synchronisation[0] && isHead(bytes, at: place, number: number)
                && isWhole(bytes, start..<place)
        }
    }

    private static func isHead(_ bytes: UnsafeBufferPointer<UInt8>, at place: Int, number: Int64) -> Bool {
        let coded = FLACFrame.coded(number)
        guard bytes.count - place > 6 + coded.count, bytes[place] == FLACFrame.synchronisation[0],
            bytes[place + 1] == FLACFrame.synchronisation[1],
            let rest = FLACFrame.extraHeadBytes(bytes[place + 2]),
            bytes[(place + 4)...].starts(with: coded)
        else { return false }
        let end = place + 4 + coded.count + rest
        guard end < bytes.count else { return false }
        return FLACChecksum.crc8(UnsafeBufferPointer(rebasing: bytes[place..<end])) == bytes[end]
    }

    private static func isWhole(_ bytes: UnsafeBufferPointer<UInt8>, _ frame: Range<Int>) -> Bool {
        // A checksum over all with it is zero.
        FLACChecksum.crc16(UnsafeBufferPointer(rebasing: bytes[frame])) == 0
    }
}
