internal import CWorker
internal import Media
internal import Synchronization

/// What the codecs of this worker do. Each worker finds it out for itself: the libraries may have been upgraded since
/// the server and other workers were started.
final class OwnCodecs: Sendable {
    private let digest = Mutex<String?>(nil)

    /// As `BehaviourDigest.compute`, once. Blocks the calling thread.
    func behaviour() throws(MediaError) -> String {
        if let known = digest.withLock({ $0 }) { return known }
        // Open until all is done.
        var files: [GivenFile] = []
        defer { files.removeAll() }
        let found = try BehaviourDigest.compute { bytes throws(MediaError) in
            let file = GivenFile(descriptor: talas_memory_file())
            try file.write(bytes)
            files.append(file)
            return file.path
        }
        digest.withLock { $0 = found }
        return found
    }
}
