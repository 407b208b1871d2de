import NIOCore
import Synchronization
import Testing

@testable import Platform

/// Pieces of a body that count how many were asked for.
private final class CountedBody: AsyncSequence, AsyncIteratorProtocol, Sendable {
    private let pieces: [ByteBuffer]
    private let taken = Mutex(0)

    init(_ pieces: [String]) { self.pieces = pieces.map { ByteBuffer(string: $0) } }

    var takenCount: Int { taken.withLock { $0 } }

    func makeAsyncIterator() -> CountedBody { self }

    func next() async throws -> ByteBuffer? {
        taken.withLock { taken in
            defer { taken += 1 }
            return taken < pieces.count ? pieces[taken] : nil
        }
    }
}

struct MultipartStreamTests {
    private static let head = "--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\n"

    private func stream(_ body: CountedBody) throws -> MultipartStream<CountedBody> {
        MultipartStream(body, boundary: try MultipartBoundary("b"))
    }

    @Test func readsOnOnlyWhenAsked() async throws {
        let body = CountedBody([Self.head, "one", "two", "three\r\n--b--"])
        var events = try stream(body).makeAsyncIterator()
        #expect(body.takenCount == 0)
        _ = try await events.next()
        #expect(body.takenCount == 1)
        #expect(try await events.next() == .body(ByteBuffer(string: "one")))
        #expect(body.takenCount == 2)
        _ = try await events.next()
        #expect(body.takenCount == 3)
    }

    @Test func givesTheWholeForm() async throws {
        var form = Form()
        for try await event in try stream(CountedBody([Self.head + "one\r", "\n--b", "--\r\n", "epilogue"])) {
            try form.take(event)
        }
        #expect(form.isFinished && form.parts.map(\.body) == [Array("one".utf8)])
    }

    @Test func aBodyThatEndsEarlyThrows() async throws {
        let error = await #expect(throws: MultipartError.self) {
            for try await _ in try stream(CountedBody([Self.head, "one"])) {}
        }
        #expect(error?.code == .truncated)
    }

    @Test func collectsText() async throws {
        var events = try stream(CountedBody([Self.head + "é", "té\r\n", "--b--"])).makeAsyncIterator()
        guard case .partBegan(let part)? = try await events.next() else {
            Issue.record("there should be a part")
            return
        }
        #expect(try await events.text(of: part, maximumBytes: 5) == "été")
        #expect(try await events.next() == .finished)
        #expect(try await events.next() == nil)
    }

    @Test func longTextIsRefused() async throws {
        var events = try stream(CountedBody([Self.head + "four", "four", "\r\n--b--"])).makeAsyncIterator()
        guard case .partBegan(let part)? = try await events.next() else {
            Issue.record("there should be a part")
            return
        }
        await #expect {
            _ = try await events.text(of: part, maximumBytes: 7)
        } throws: { error in
            (error as? MultipartError)?.code == .fieldTooLarge && "\(error)".contains("title")
        }
    }
}
