import Crypto
import Foundation
import Platform
import Synchronization

/// `Upload-Checksum` (tus 1.0.0, checksum): what the bytes of one request have to hash to. It guards against accidents of
/// the network only, so SHA-1 and MD5 do.
final class UploadChecksum: Sendable {
    enum Algorithm: String, CaseIterable {
        case sha1, sha256, md5

        var hash: any HashFunction {
            switch self {
            case .sha1: Insecure.SHA1()
            case .sha256: SHA256()
            case .md5: Insecure.MD5()
            }
        }
    }

    private let expected: Data
    private let hash: Mutex<any HashFunction>

    /// Throws 400 for an algorithm that is not known or a value that is not base64.
    init(_ header: String) throws(Problem) {
        let parts = header.split(separator: " ")
        guard parts.count == 2, let algorithm = Algorithm(rawValue: parts[0].lowercased()),
            let expected = Data(base64Encoded: String(parts[1]))
        else {
            let known = Algorithm.allCases.map(\.rawValue).joined(separator: ", ")
            throw .invalid(["Upload-Checksum": "One of \(known), a space, and the hash in base64."])
        }
        self.expected = expected
        hash = Mutex(algorithm.hash)
    }

    /// Takes more bytes, in their order.
    func update(_ bytes: UnsafeRawBufferPointer) { hash.withLock { $0.update(bufferPointer: bytes) } }

    /// Whether the bytes were those that the client meant.
    var isMet: Bool { hash.withLock { Self.digest($0) == expected } }

    private static func digest(_ hash: some HashFunction) -> Data { Data(hash.finalize()) }
}
