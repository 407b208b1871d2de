import Dispatch
import Foundation
import Synchronization

/// Ctrl-C and SIGTERM, noticed instead of obeyed at once, so that a command can clean up behind itself.
final class Interruption {
    private final class Flag: Sendable {
        let isSet = Mutex(false)
    }

    private let flag: Flag
    private let sources: [any DispatchSourceSignal]

    init() {
        let (flag, queue) = (Flag(), DispatchQueue(label: "talas.interruption"))
        self.flag = flag
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { flag.isSet.withLock { $0 = true } }
            source.resume()
            return source
        }
    }

    /// Whether one was received.
    var hasCome: Bool { flag.isSet.withLock { $0 } }
}
