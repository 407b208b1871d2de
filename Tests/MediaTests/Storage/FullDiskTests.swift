import Foundation
import Testing

@testable import Media

@Suite struct FullDiskTests {
    /// `/dev/full` answers every write as a full disk does, on every machine.
    @Test func aFullDiskEndsTheUploadAndLeavesNothing() throws {
        let temporary = try TemporaryStore()
        let path = "\(temporary.directory)/tmp/upload"
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/full")
        let writer = BlobWriter(store: temporary.store, path: path, descriptor: try FileSystem.open(path, O_WRONLY))
        expectStorageFull { try writer.append([1, 2, 3]) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(temporary.directory)/tmp").isEmpty)
        #expect(throws: MediaError.self) { try writer.finish() }
    }

    /// The same on a real file system of 1 MiB, which only root may mount.
    @Test(.enabled(if: geteuid() == 0, "mounting a small file system takes root"))
    func aFullFileSystemKeepsWhatItHeld() throws {
        let mount = NSTemporaryDirectory() + "talas-full-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: mount, withIntermediateDirectories: false)
        defer { rmdir(mount) }
        guard run("mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "talas-test", mount) == 0 else {
            try Test.cancel("this root may not mount a file system")
        }
        defer { _ = run("umount", mount) }
        let store = try BlobStore(directory: mount)
        let kept = try TemporaryStore.write(Array(repeating: 1, count: 100_000), to: store)
        try store.writeDerived([1, 2, 3], .waveform, of: kept)
        let writer = try store.writer()
        expectStorageFull {
            for _ in 0..<1000 { try writer.append(Array(repeating: 2, count: 10_000)) }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(mount)/tmp").isEmpty)
        expectStorageFull { try store.writeDerived(Array(repeating: 3, count: 2_000_000), .waveform, of: kept) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(mount)/tmp").isEmpty)
        #expect(try store.readDerived(.waveform, of: kept) == [1, 2, 3])
        #expect(try store.open(kept)?.read(200_000, at: 0).count == 100_000)
        #expect(try (0..<1_048_576).contains(store.freeBytes()))
    }

    private func expectStorageFull(
        sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
    ) {
        #expect(sourceLocation: sourceLocation) {
            try body()
        } throws: { error in
            (error as? MediaError)?.code == .storageFull
        }
    }

    private func run(_ command: String...) -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch { return -1 }
        process.waitUntilExit()
        return process.terminationStatus
    }
}
