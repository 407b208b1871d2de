import Foundation
import NIOCore

/// Files of the repository that the binary carries.
enum EmbeddedFile {
    /// The files below a folder of `Sources/API`, by their path below it.
    static func files(below folder: String) -> [String: ByteBuffer] {
        let prefix = "Sources/API/\(folder)/"
        return embeddedFiles.reduce(into: [:]) { files, file in
            guard file.name.hasPrefix(prefix), let bytes = Data(base64Encoded: file.base64) else { return }
            files[String(file.name.dropFirst(prefix.count))] = ByteBuffer(bytes: bytes)
        }
    }
}
