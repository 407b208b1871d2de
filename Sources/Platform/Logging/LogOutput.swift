import Foundation
import Synchronization

/// Standard error behind a bounded queue and a thread of its own, so that a slow terminal or a full pipe never holds up
/// a request. Beyond the bound lines are dropped, and how many is said.
///
/// `@unchecked Sendable`: all state is inside the `NSCondition`'s lock.
package final class LogOutput: @unchecked Sendable {
    /// Bytes that may wait to be written.
    private static let maximumPendingBytes = 4 << 20

    package static let standardError = LogOutput(descriptor: FileHandle.standardError)

    private let condition = NSCondition()
    private let descriptor: FileHandle
    private var pending: [UInt8] = []
    private var droppedLines = 0
    private var isWriting = false

    init(descriptor: FileHandle) {
        self.descriptor = descriptor
        let thread = Thread { [self] in writeForEver() }
        thread.name = "talas-log"
        thread.start()
    }

    /// Queues one line; a newline is added.
    package func write(_ line: String) {
        condition.lock()
        defer { condition.unlock() }
        guard pending.count < Self.maximumPendingBytes else {
            droppedLines += 1
            return
        }
        pending.append(contentsOf: line.utf8)
        pending.append(UInt8(ascii: "\n"))
        condition.broadcast()
    }

    /// Waits until everything queued is written: for the end of the program.
    package func flush() {
        condition.lock()
        while !pending.isEmpty || isWriting { condition.wait() }
        condition.unlock()
    }

    private func writeForEver() {
        while true {
            condition.lock()
            while pending.isEmpty { condition.wait() }
            var batch = pending
            pending.removeAll(keepingCapacity: batch.count < 65_536)
            if droppedLines > 0 {
                batch.append(contentsOf: "(\(droppedLines) log lines were dropped: the output is too slow)\n".utf8)
                droppedLines = 0
            }
            isWriting = true
            condition.unlock()
            // A closed standard error must not end the server.
            try? descriptor.write(contentsOf: batch)
            condition.lock()
            isWriting = false
            condition.broadcast()
            condition.unlock()
        }
    }
}
