import Foundation
import Synchronization

/// A bar on the terminal, on standard error; nothing where that is not a terminal.
final class ProgressBar: Sendable {
    private static let width = 40
    private let title: String
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let lastPercent = Mutex(-1)

    init(_ title: String) { self.title = title }

    /// Shows how much is done, from 0 to 1.
    func show(_ fraction: Double) {
        guard isTerminal else { return }
        let percent = Int((fraction.isFinite ? min(max(fraction, 0), 1) : 0) * 100)
        let isNew = lastPercent.withLock { last in
            defer { last = percent }
            return last != percent
        }
        guard isNew else { return }
        let full = Self.width * percent / 100
        let bar = String(repeating: "█", count: full) + String(repeating: "░", count: Self.width - full)
        FileHandle.standardError.write(Data("\r\(title) \(bar) \(percent) %".utf8))
    }

    /// Ends the line.
    func finish() {
        guard isTerminal else { return }
        show(1)
        FileHandle.standardError.write(Data("\n".utf8))
    }

    /// Ends the line where it is.
    func abandon() {
        guard isTerminal else { return }
        FileHandle.standardError.write(Data("\n".utf8))
    }
}
