internal import CWorker
internal import Foundation
internal import Media
internal import Synchronization

/// The two ways to a worker that is about to be started: one for calls, one for open files.
final class WorkerSockets: Sendable {
    /// A directory that nobody else can enter, for as long as the calls' socket needs a name.
    private let directory: String
    /// Kept by the server.
    let channel: Int32
    /// Handed to the worker: where calls come in, and the other end of the channel.
    let listener: Int32
    let workersEnd: Int32
    private let isHandedOver = Mutex(false)

    /// The longest directory below which a socket's path fits into 107 bytes.
    private static let longestDirectory = 60

    init() throws(MediaError) {
        let preferred = FileManager.default.temporaryDirectory.path
        let parent = preferred.utf8.count <= Self.longestDirectory ? preferred : "/tmp"
        var template = Array("\(parent)/talas-\(String(repeating: "X", count: 6))".utf8CString)
        guard mkdtemp(&template) != nil else { throw Self.failure("No folder can be made in \(parent)") }
        directory = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        listener = talas_listen("\(directory)/media")
        var pair: [Int32] = [-1, -1]
        let status = talas_socket_pair(&pair)
        (workersEnd, channel) = (pair[0], pair[1])
        guard listener >= 0, status == 0 else { throw Self.failure("A worker's sockets cannot be made") }
    }

    deinit {
        removeName()
        closeHandedOver()
        if channel >= 0 { close(channel) }
    }

    /// Where calls go until ``removeName()``.
    var path: String { "\(directory)/media" }

    /// Once the worker has its ends only it may hold them: so the server sees when it is gone.
    func closeHandedOver() {
        let isDone = isHandedOver.withLock { isDone in
            defer { isDone = true }
            return isDone
        }
        if isDone { return }
        for descriptor in [listener, workersEnd] where descriptor >= 0 { close(descriptor) }
    }

    /// Once the server is connected nobody else has to find the way.
    func removeName() {
        unlink(path)
        rmdir(directory)
    }

    private static func failure(_ what: String) -> MediaError {
        MediaError(code: .io, message: "\(what): \(String(cString: strerror(errno))).")
    }
}
