import Crypto
import Foundation

/// A secret that the server made itself and keeps in a file that only its owner may read.
package enum SecretFile {
    /// The text of the file, or, when there is none, 256 random bits in hexadecimal, written there.
    ///
    /// Safe when several processes do it at once: all get the same secret, and a crash leaves no half-written one.
    /// - Parameter path: folders above it are created, readable by their owner only.
    package static func readOrCreate(_ path: String) throws(SecretFileError) -> Secret {
        if let secret = try read(path) { return secret }
        let folder = (path as NSString).deletingLastPathComponent
        do {
            if !folder.isEmpty {
                try FileManager.default.createDirectory(
                    atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            }
        } catch {
            throw SecretFileError(path: path, action: "be created", status: nil)
        }
        let random = SymmetricKey(size: .bits256).withUnsafeBytes { bytes in
            bytes.map { String(UInt16($0) + 0x100, radix: 16).suffix(2) }.joined()
        }
        try create(path, text: random + "\n")
        guard let secret = try read(path) else { throw SecretFileError(path: path, action: "be read", status: ENOENT) }
        return secret
    }

    /// Nil when there is no such file.
    private static func read(_ path: String) throws(SecretFileError) -> Secret? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw SecretFileError(path: path, action: "be read", status: errno)
        }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        guard count >= 0 else { throw SecretFileError(path: path, action: "be read", status: errno) }
        let text = String(decoding: buffer.prefix(count), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard text.utf8.count >= 32 else {
            throw SecretFileError(path: path, action: "be used since it holds less than 32 bytes", status: nil)
        }
        return Secret(text)
    }

    /// Writes a file of its own and links it to its name: `link` fails when somebody was quicker, whose secret counts.
    private static func create(_ path: String, text: String) throws(SecretFileError) {
        let temporary = "\(path).\(getpid()).\(UInt64.random(in: 0 ... .max))"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SecretFileError(path: path, action: "be created", status: errno) }
        defer { unlink(temporary) }
        let written = Array(text.utf8).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        let isWhole = written == text.utf8.count && fsync(descriptor) == 0
        let status = errno
        close(descriptor)
        guard isWhole else { throw SecretFileError(path: path, action: "be written", status: status) }
        guard link(temporary, path) == 0 || errno == EEXIST else {
            throw SecretFileError(path: path, action: "be created", status: errno)
        }
    }
}

/// A secret's file that cannot be used; one sentence that names it.
package struct SecretFileError: Error, CustomStringConvertible {
    package let description: String

    init(path: String, action: String, status: Int32?) {
        let reason = status.map { ": \(String(cString: strerror($0)))" } ?? ""
        description = "The file \(path) with a secret cannot \(action)\(reason)."
    }
}
