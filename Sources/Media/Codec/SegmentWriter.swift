internal import Crypto
internal import Foundation

/// Puts the segments of a FLAC into a file one behind the other, in whatever order they are finished.
///
/// Unchecked because the compiler does not see that `condition` guards all its state.
final class SegmentWriter: @unchecked Sendable {
    private let condition = NSCondition()
    private let file: PartFile
    private let ahead: Int
    private var offset: Int64
    private var waiting: [Int: Finished] = [:]
    private var written: [FLACTable.Segment] = []
    private var hash = Insecure.MD5()
    private var isStopped = false

    private struct Finished {
        let stretch: SegmentEncoder.FLACStretch
        let sizes: FLACTable.Segment
    }

    /// - Parameters:
    ///   - start: the place of the first segment.
    ///   - ahead: how many segments are held before their turn; who has a later one waits.
    init(file: PartFile, start: Int64, ahead: Int) {
        self.file = file
        self.ahead = ahead
        offset = start
    }

    /// The sizes of what was written, in order.
    var segments: [FLACTable.Segment] { condition.withLock { written } }

    /// The MD5 of the samples of what was written, in order.
    var md5: [UInt8] { condition.withLock { Array(hash.finalize()) } }

    /// Takes a segment that is finished.
    func write(
        _ stretch: SegmentEncoder.FLACStretch, frames: Range<Int64>, segment: Int
    ) throws(MediaError) {
        let finished = Finished(stretch: stretch, sizes: try FLACTable.Segment(stretch.bytes, frames: frames))
        condition.lock()
        defer { condition.unlock() }
        while segment > written.count + ahead, !isStopped { condition.wait() }
        guard !isStopped else { throw MediaError.cancelled }
        waiting[segment] = finished
        while let next = waiting.removeValue(forKey: written.count) {
            try file.write(next.stretch.bytes, at: offset)
            offset += Int64(next.stretch.bytes.count)
            hash.update(data: next.stretch.samples)
            written.append(next.sizes)
        }
        condition.broadcast()
    }

    /// Lets nobody wait any more.
    func stop() {
        condition.withLock { isStopped = true }
        condition.broadcast()
    }
}
