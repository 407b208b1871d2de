import Foundation
import HTTPTypes
import Media
import NIOCore
import NIOPosix
import Platform
import Synchronization
import TestSupport
import Testing

@testable import API

@Suite struct FLACTablesTests {
    /// Lets nobody through until it is opened.
    private final class Gate: Sendable {
        private let stream: AsyncStream<Void>
        private let continuation: AsyncStream<Void>.Continuation

        init() { (stream, continuation) = AsyncStream.makeStream() }

        func open() { continuation.finish() }
        func pass() async { for await _ in stream {} }
    }

    /// A stored source and what makes its segments.
    private final class Setup: Sendable {
        let store: BlobStore
        let source: RenditionSource
        let identity: FLACTables.Identity
        let gate = Gate()
        let made = Mutex(0)
        private let directory: TemporaryDirectory

        init() throws {
            directory = try TemporaryDirectory()
            store = try BlobStore(directory: directory.path)
            let writer = try store.writer()
            try Fixture.noise(seconds: 20, seed: 41).withUnsafeBytes { try writer.append($0) }
            let blob = try writer.finish().blob
            let index = try Ingest.file(store.path(of: blob)).packetIndex
            source = try RenditionSource(
                path: store.path(of: blob), packetIndex: index, sampleRate: index.sampleRate, channels: 2,
                sampleCount: index.sampleCount)
            identity = FLACTables.Identity(
                blob: blob, rendition: Rendition(codec: .flac, channels: 2), behaviour: "any")
        }

        var madeCount: Int { made.withLock { $0 } }

        func tables(patience: Duration) -> FLACTables {
            let pool = NIOThreadPool.singleton
            return FLACTables(store: store, files: pool, workers: 2, patience: patience)
        }

        @Sendable func make(_ index: Int64, _ layout: RenditionLayout) async throws -> ByteBuffer {
            await gate.pass()
            if index < layout.segmentCount { made.withLock { $0 += 1 } }
            var bytes = ByteBuffer()
            try SegmentRequest(source: source, layout: layout, index: index).make { bytes.writeBytes($0) }
            return bytes
        }
    }

    @Test func whoIsTooEarlyComesBackAndFindsItDone() async throws {
        let setup = try Setup()
        let tables = setup.tables(patience: .zero)
        for _ in 0..<3 {
            let problem = await #expect(throws: Problem.self) {
                try await tables.table(setup.identity, of: setup.source, makeSegment: setup.make)
            }
            #expect(problem?.status == .serviceUnavailable)
            #expect(problem?.code == "encoding")
            #expect(problem?.headers[.retryAfter] != nil)
        }
        setup.gate.open()
        // The same work goes on; a new request comes for its end, however long that takes.
        var table: FLACTable?
        while table == nil {
            table = try? await tables.table(setup.identity, of: setup.source, makeSegment: setup.make)
            await Task.yield()
        }
        let layout = RenditionLayout(
            setup.identity.rendition, sampleRate: setup.source.sampleRate, sampleCount: setup.source.sampleCount,
            identity: "", flac: table)
        #expect(setup.madeCount == Int(layout.segmentCount))
        #expect(layout.segmentCount > 1)
        // Another server finds what was kept.
        let other = try await setup.tables(patience: .zero)
            .table(setup.identity, of: setup.source, makeSegment: setup.make)
        #expect(other == table)
        #expect(setup.madeCount == Int(layout.segmentCount))
    }

    @Test func everybodyWaitsForTheSameWork() async throws {
        let setup = try Setup()
        setup.gate.open()
        let tables = setup.tables(patience: .seconds(600))
        let found = try await withThrowingTaskGroup(of: FLACTable.self) { group in
            for _ in 0..<20 {
                group.addTask { try await tables.table(setup.identity, of: setup.source, makeSegment: setup.make) }
            }
            return try await group.reduce(into: Set<FLACTable>()) { $0.insert($1) }
        }
        #expect(found.count == 1)
        let table = try #require(found.first)
        let layout = RenditionLayout(
            setup.identity.rendition, sampleRate: setup.source.sampleRate, sampleCount: setup.source.sampleCount,
            identity: "", flac: table)
        #expect(setup.madeCount == Int(layout.segmentCount))
    }

    @Test func aFailureIsToldAndTriedAgain() async throws {
        let setup = try Setup()
        setup.gate.open()
        let tables = setup.tables(patience: .seconds(600))
        let problem = await #expect(throws: Problem.self) {
            try await tables.table(setup.identity, of: setup.source) { _, _ in
                throw MediaError(code: .unreadable, message: "It does not decode.")
            }
        }
        #expect(problem?.code == "rendition_failed")
        _ = try await tables.table(setup.identity, of: setup.source, makeSegment: setup.make)
    }
}
