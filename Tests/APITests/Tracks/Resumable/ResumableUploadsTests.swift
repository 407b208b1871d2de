import Foundation
import HTTPTypes
import Hummingbird
import Media
import NIOCore
import NIOPosix
import Platform
import Postgres
import TestSupport
import Testing

@testable import API

/// The rules, on a library without a server.
@Suite struct ResumableUploadsTests {
    private func uploads(_ library: Library) -> ResumableUploads {
        ResumableUploads(
            uploads: TrackUpload(
                service: library.service, store: library.blobs, threads: library.threads, work: library.work,
                limits: .init(maximumBytes: 1 << 30, minimumFreeBytes: 0)),
            store: UploadStore(database: library.database))
    }

    private func piece(_ bytes: Data, at offset: Int) -> ResumableUploads.Piece {
        ResumableUploads.Piece(
            offset: offset, declaredBytes: bytes.count, checksum: nil,
            body: RequestBody(buffer: ByteBuffer(bytes: bytes)),
            eventLoop: MultiThreadedEventLoopGroup.singleton.next())
    }

    private func track(_ upload: ResumableUpload) -> Track.ID? {
        if case .track(let id) = upload.outcome { id } else { nil }
    }

    @Test func expiredOnesAreGoneWithTheirFiles() async throws {
        try await Library.run { library in
            let ann = try await library.member("ann")
            let uploads = uploads(library)
            let metadata = try UploadMetadata("")
            let old = try await uploads.create(length: 100, metadata: metadata, by: ann)
            let young = try await uploads.create(length: 100, metadata: metadata, by: ann)
            for upload in [old, young] {
                let written = try await uploads.append(piece(Data(count: 10), at: 0), to: upload.id, by: ann)
                #expect(abs(written.expiresAt.timeIntervalSinceNow - 86_400) < 600)
            }
            try await library.database.execute("UPDATE uploads SET expires_at = now() WHERE id = $1", old.id)
            let gone = await #expect(throws: Problem.self) { try await uploads.status(of: old.id, for: ann) }
            #expect(gone?.status == .notFound)
            // A kill between row and file leaves a file that nothing knows of.
            let lost = UUID()
            #expect(try library.blobs.openPartial(lost) != nil)
            let folder = "\(library.blobs.directory)/partial"
            for id in [lost, young.id] {
                try FileManager.default.setAttributes(
                    [.modificationDate: Date(timeIntervalSinceNow: -2 * 86_400)],
                    ofItemAtPath: "\(folder)/\(id.uuidString.lowercased())")
            }
            let collector = GarbageCollector(references: library.references)
            try await collector.sweepTemporary(before: Date(timeIntervalSinceNow: 1))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 3)
            #expect(try await collector.run().expiredUploads == 1)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder) == [young.id.uuidString.lowercased()])
            #expect(try await uploads.status(of: young.id, for: ann).received == 10)
        }
    }

    @Test func anEndThatWasNotToldIsFoundOut() async throws {
        try await Library.run { library in
            let ann = try await library.member("ann")
            let uploads = uploads(library)
            let file = try Fixture.data("sine-440hz-0.5s-stereo-44.1k.wv")
            let upload = try await uploads.create(length: file.count, metadata: try UploadMetadata(""), by: ann)
            _ = try await uploads.append(piece(file.dropLast(), at: 0), to: upload.id, by: ann)
            // As a kill leaves it: all bytes counted, even content made of them, and no outcome.
            let partial = try #require(try library.blobs.openPartial(upload.id))
            try file.suffix(1).withUnsafeBytes { try partial.append($0) }
            #expect(try partial.synchronise() == file.count)
            while try partial.hashMore(1 << 20) {}
            _ = try library.blobs.keep(partial)
            partial.release()
            try await library.database.execute("UPDATE uploads SET received = length")
            let settled = try await uploads.status(of: upload.id, for: ann)
            let id = try #require(track(settled))
            #expect(try await track(uploads.status(of: upload.id, for: ann)) == id)
            #expect(try await library.database.execute("SELECT 1 FROM tracks") == 1)
            #expect(try await library.database.execute("SELECT 1 FROM ingest_jobs") == 1)
        }
    }

    @Test func uncountedBytesAreWrittenAgain() async throws {
        try await Library.run { library in
            let ann = try await library.member("ann")
            let uploads = uploads(library)
            let file = try Fixture.data("sine-440hz-0.5s-stereo-44.1k.wv")
            let upload = try await uploads.create(length: file.count, metadata: try UploadMetadata(""), by: ann)
            _ = try await uploads.append(piece(file.prefix(100), at: 0), to: upload.id, by: ann)
            let partial = try #require(try library.blobs.openPartial(upload.id))
            try Data(repeating: 0xFF, count: 500).withUnsafeBytes { try partial.append($0) }
            partial.release()
            #expect(try await uploads.status(of: upload.id, for: ann).received == 100)
            let done = try await uploads.append(piece(file.dropFirst(100), at: 100), to: upload.id, by: ann)
            #expect(track(done) != nil)
        }
    }

    @Test func aFaultOfTheServerLeavesTheUploadToBeFinished() async throws {
        try await Library.run { library in
            let ann = try await library.member("ann")
            let uploads = uploads(library)
            let file = try Fixture.data("sine-440hz-0.5s-stereo-44.1k.wv")
            let upload = try await uploads.create(length: file.count, metadata: try UploadMetadata(""), by: ann)
            try await library.database.execute("ALTER TABLE ingest_jobs RENAME TO elsewhere")
            await #expect(throws: (any Error).self) {
                try await uploads.append(piece(file, at: 0), to: upload.id, by: ann)
            }
            try await library.database.execute("ALTER TABLE elsewhere RENAME TO ingest_jobs")
            #expect(track(try await uploads.status(of: upload.id, for: ann)) != nil)
        }
    }

    @Test func openOnesAreBounded() async throws {
        try await Library.run { library in
            let ann = try await library.member("ann")
            let bob = try await library.member("bob")
            let uploads = uploads(library)
            let metadata = try UploadMetadata("")
            var last: ResumableUpload?
            for _ in 0..<ResumableUploads.maximumOpen {
                last = try await uploads.create(length: 10, metadata: metadata, by: ann)
            }
            let refused = await #expect(throws: Problem.self) {
                try await uploads.create(length: 10, metadata: metadata, by: ann)
            }
            #expect(refused?.status == .tooManyRequests)
            _ = try await uploads.create(length: 10, metadata: metadata, by: bob)
            try await uploads.terminate(try #require(last).id, by: ann)
            _ = try await uploads.create(length: 10, metadata: metadata, by: ann)
        }
    }
}
