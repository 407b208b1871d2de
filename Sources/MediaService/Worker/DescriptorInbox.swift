internal import CWorker
internal import Foundation
internal import Media

/// Where a worker is handed the files that its tasks are about.
struct DescriptorInbox: Sendable {
    /// A Unix socket on which descriptors come with their numbers, each before the call that names it.
    let socket: Int32

    /// Waits for the descriptor of that number; those of calls that never came are closed. Blocks the calling thread.
    func take(_ wanted: UInt64) throws(MediaError) -> GivenFile {
        var number: UInt64 = 0
        while true {
            let descriptor = talas_receive_descriptor(socket, &number)
            guard descriptor >= 0 else {
                throw MediaError(code: .io, message: "The worker was not handed the file.")
            }
            let file = GivenFile(descriptor: descriptor)
            if number == wanted { return file }
        }
    }
}

/// An open file without a name; closed with the last reference.
final class GivenFile: Sendable {
    private let descriptor: Int32

    init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// How Media reads it.
    var path: String { "/dev/fd/\(descriptor)" }

    /// Adds bytes at its end.
    func write(_ bytes: [UInt8]) throws(MediaError) {
        guard Foundation.write(descriptor, bytes, bytes.count) == bytes.count else {
            throw MediaError(code: .io, message: "A worker could not keep \(bytes.count) bytes in memory.")
        }
    }
}
