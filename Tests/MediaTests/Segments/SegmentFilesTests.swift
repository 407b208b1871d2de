import Foundation
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import Media

@Suite struct SegmentFilesTests {
    private static let track = BlobID(digest: Array(repeating: 7, count: 32))

    private static func key(_ index: Int64, behaviour: String = "b") -> SegmentKey {
        SegmentKey(
            source: track, rendition: Rendition(codec: .opus(kilobits: 128), channels: 2), behaviour: behaviour,
            index: index)
    }

    private static func segment(_ index: Int64, bytes: Int = 1_000) -> ByteBuffer {
        ByteBuffer(bytes: (0..<bytes).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ Int(index)) })
    }

    /// A tier in a folder of its own, which is gone afterwards.
    private static func run(
        capacityBytes: Int = 1 << 20, _ body: (String, (Int) throws -> SegmentFiles) async throws -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "segments-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await body(directory) { minimumFreeBytes in
            try SegmentFiles(
                directory: directory, capacityBytes: capacityBytes, minimumFreeBytes: minimumFreeBytes,
                threads: .singleton)
        }
    }

    private static func files(_ directory: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: directory).filter {
            $0.hasSuffix(".0") || $0.contains(".b.")
        }
    }

    @Test func whatWasWrittenIsReadByTheNextServer() async throws {
        try await Self.run { _, open in
            let first = try open(0)
            for index in Int64(0)..<3 { await first.write(Self.segment(index), Self.key(index)) { _ in } }
            #expect(first.load.count == 3)
            let next = try open(0)
            #expect(await next.read(Self.key(1)) { _ in } == Self.segment(1))
            #expect(await next.read(Self.key(9)) { _ in } == nil)
            #expect(await next.read(Self.key(1, behaviour: "other")) { _ in } == nil)
            try next.findKept()
            #expect(next.load == first.load)
            try next.removeAll()
            #expect(next.load.bytes == 0)
            #expect(await next.read(Self.key(1)) { _ in } == nil)
        }
    }

    @Test func allGoesThoughNotAllIsFound() async throws {
        try await Self.run { directory, open in
            let before = try open(0)
            for index in Int64(0)..<3 { await before.write(Self.segment(index), Self.key(index)) { _ in } }
            let next = try open(0)
            #expect(next.load.count == 0)
            try next.removeAll()
            #expect(next.load.count == 0)
            #expect(try Self.files(directory) == [])
            #expect(await next.read(Self.key(0)) { _ in } == nil)
        }
    }

    @Test(arguments: ["cut", "flipped", "empty", "moved"]) func damageIsNoticed(kind: String) async throws {
        try await Self.run { directory, open in
            let tier = try open(0)
            await tier.write(Self.segment(0), Self.key(0)) { _ in }
            await tier.write(Self.segment(1), Self.key(1)) { _ in }
            let path = "\(directory)/\(SegmentFiles.path(of: Self.key(0)))"
            var bytes = try Data(contentsOf: URL(filePath: path))
            switch kind {
            case "cut": bytes.removeLast()
            case "flipped": bytes[bytes.count / 2] ^= 4
            case "empty": bytes = Data()
            default: bytes = try Data(contentsOf: URL(filePath: "\(directory)/\(SegmentFiles.path(of: Self.key(1)))"))
            }
            try bytes.write(to: URL(filePath: path))
            let events = Mutex<[SegmentEvent]>([])
            #expect(await tier.read(Self.key(0)) { event in events.withLock { $0.append(event) } } == nil)
            #expect(events.withLock { $0 } == [.damaged])
            #expect(!FileManager.default.fileExists(atPath: path))
            #expect(await tier.read(Self.key(1)) { _ in } == Self.segment(1))
            // It is written again where it is made again.
            await tier.write(Self.segment(0), Self.key(0)) { _ in }
            #expect(await tier.read(Self.key(0)) { _ in } == Self.segment(0))
        }
    }

    @Test func staysWithinItsCapacity() async throws {
        try await Self.run(capacityBytes: 5_500) { directory, open in
            let tier = try open(0)
            for index in Int64(0)..<20 { await tier.write(Self.segment(index), Self.key(index)) { _ in } }
            #expect(tier.load.count == 5)
            #expect(tier.load.bytes <= 5_500)
            #expect(try Self.files(directory).count == 5)
            // Larger than the whole tier.
            await tier.write(Self.segment(50, bytes: 9_000), Self.key(50)) { _ in }
            #expect(await tier.read(Self.key(50)) { _ in } == nil)
        }
    }

    @Test func nothingIsWrittenOnAFullDisk() async throws {
        try await Self.run { directory, open in
            let before = try open(0)
            await before.write(Self.segment(0), Self.key(0)) { _ in }
            // No disk has so much room.
            let tier = try open(Int.max / 2)
            try tier.findKept()
            #expect(tier.load.count == 1)
            let events = Mutex<[SegmentEvent]>([])
            await tier.write(Self.segment(1), Self.key(1)) { event in events.withLock { $0.append(event) } }
            #expect(events.withLock { $0 } == [.notWritten])
            #expect(try Self.files(directory) == [])
            #expect(tier.load.count == 0)
        }
    }

    @Test func leftoversOfAKilledServerGo() async throws {
        try await Self.run { directory, open in
            _ = try open(0)
            try Data("half".utf8).write(to: URL(filePath: "\(directory)/tmp/half"))
            _ = try open(0)
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(directory)/tmp") == [])
        }
    }
}
