import Foundation
import TestSupport
import Testing

@testable import API

@Suite struct FolderScanTests {
    @Test func findsEachFileOnceWhateverTheLinks() throws {
        let folder = try TemporaryDirectory()
        let manager = FileManager.default
        for name in ["b/c", ".hidden", "b/.git"] {
            try manager.createDirectory(atPath: "\(folder.path)/\(name)", withIntermediateDirectories: true)
        }
        for name in ["z.wav", "b/a.wav", "b/c/é.wav", "b/.DS_Store", ".hidden/x.wav", "b/.git/y.wav"] {
            #expect(manager.createFile(atPath: "\(folder.path)/\(name)", contents: Data(name.utf8)))
        }
        for (link, target) in [
            ("b/c/up", folder.path), ("b/twice", "\(folder.path)/b/c"), ("b/nowhere", "/nonexistent"),
        ] {
            try manager.createSymbolicLink(atPath: "\(folder.path)/\(link)", withDestinationPath: target)
        }
        let scan = try #require(FolderScan(folder.path))
        let names = scan.files.map { $0.path.split(separator: "/").last.map(String.init) ?? "" }
        #expect(Set(names) == ["z.wav", "a.wav", "é.wav"] && names.count == 3)
        #expect(scan.files.first { $0.path.hasSuffix("/b/a.wav") }?.size == 7)
        #expect(scan.unreadable == ["\(folder.path)/b/nowhere"])
    }

    @Test func whatIsNoFolderIsNone() throws {
        #expect(FolderScan("/nonexistent") == nil)
        #expect(FolderScan(Fixture.path("sine-440hz-2s-stereo-48k.flac")) == nil)
    }
}
