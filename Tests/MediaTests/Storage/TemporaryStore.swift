import Foundation

@testable import Media

/// A store in a directory of its own, removed with the last reference.
final class TemporaryStore: Sendable {
    let directory: String
    let store: BlobStore

    init() throws {
        directory = NSTemporaryDirectory() + "talas-store-\(UUID().uuidString)"
        store = try BlobStore(directory: directory)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// Stores bytes in pieces of 1000.
    @discardableResult
    func write(_ bytes: [UInt8]) throws -> BlobID { try Self.write(bytes, to: store) }

    /// Stores bytes in pieces of 1000.
    static func write(_ bytes: [UInt8], to store: BlobStore) throws -> BlobID {
        let writer = try store.writer()
        for start in stride(from: 0, to: bytes.count, by: 1000) {
            try writer.append(Array(bytes[start..<min(bytes.count, start + 1000)]))
        }
        return try writer.finish().blob
    }

    /// Paths of all files, relative to the store.
    func files() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: directory).filter { path in
            let type =
                try FileManager.default.attributesOfItem(atPath: "\(directory)/\(path)")[.type] as? FileAttributeType
            return type == .typeRegular
        }
    }

    /// The permission bits of a path relative to the store.
    func permissions(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: "\(directory)/\(path)")[.posixPermissions] as? Int
    }

    /// Sets the time of the last change of a path relative to the store to so many seconds ago.
    func age(_ path: String, seconds: Double) throws {
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -seconds)], ofItemAtPath: "\(directory)/\(path)")
    }
}

extension BlobWriter {
    /// Writes an array.
    func append(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try append($0) }
    }
}
