import Crypto
import Foundation
import NIOHTTP1
import TestSupport
import Testing

/// Uploads that break off, and two at once.
@Suite struct InterruptedUploadTests {
    @Test func anyPiecesAndInterruptionsGiveTheSameBytes() async throws {
        let seed = UInt64.random(in: 0..<1 << 32)
        var generator = Generator(state: seed)
        try await TracksApp.run { test in
            let tus = TusClient(app: test.app, token: test.ann.accessToken)
            for round in 0..<2 {
                let file = Fixture.noise(seconds: 6, seed: seed &+ UInt64(round))
                let location = try await tus.create(file.count)
                var last: TestResponse?
                var reach = 0
                while last?.trackID == nil {
                    last = try await step(
                        tus, location, file, &generator, reach: &reach, hint: "seed \(seed), round \(round)")
                }
                let id = try #require(last?.trackID)
                let members = try await test.app.track(id, token: tus.token)
                let track = try #require(TrackJSON(members))
                let stored = try await test.app.request(.GET, track.streamURL + "&format=original")
                #expect(stored.body == file, "seed \(seed), round \(round)")
            }
        }
    }

    /// Asks how far the upload is, and sends a piece of random size: whole, broken off, with a checksum or without.
    /// - Parameter reach: the furthest place up to which anything was sent.
    private func step(
        _ tus: TusClient, _ location: String, _ file: Data, _ generator: inout Generator, reach: inout Int,
        hint: String
    ) async throws -> TestResponse {
        let head = try await tus.head(location)
        if head.status == 423 { return head }
        let offset = try #require(head.offset, "\(hint): \(head)")
        guard offset < file.count else { return head }
        let piece = file[offset..<min(file.count, offset + Int.random(in: 1...700_000, using: &generator))]
        let checksum =
            Bool.random(using: &generator)
            ? "sha1 \(Data(Insecure.SHA1.hash(data: piece)).base64EncodedString())" : nil
        if Bool.random(using: &generator) {
            let sent = piece.prefix(Int.random(in: 0..<piece.count, using: &generator))
            try await tus.breakOff(location, at: offset, sent, declared: piece.count, checksum: checksum)
            // The server may not have noticed yet, neither this end nor an earlier one; whenever it has, no more than
            // what was sent is there.
            reach = max(reach, offset + (checksum == nil ? sent.count : 0))
            let found = try await tus.head(location).offset ?? offset
            #expect((offset...reach).contains(found), "\(hint)")
            return head
        }
        reach = max(reach, offset + piece.count)
        let answer = try await tus.patch(
            location, at: offset, piece, headers: checksum.map { ["Upload-Checksum": $0] } ?? [:])
        // Bytes of a connection that broke off may just have been counted, or be on their way still.
        #expect([204, 409, 423].contains(answer.status), "\(hint): \(answer)")
        return answer
    }

    @Test func ofTwoAtOnceOneIsRefused() async throws {
        try await TracksApp.run { test in
            let file = Fixture.noise(seconds: 1, seed: 5)
            let tus = TusClient(app: test.app, token: test.ann.accessToken)
            let location = try await tus.create(file.count)
            var headers = TusClient.patchHeaders(0)
            headers.add(name: "Authorization", value: "Bearer \(tus.token)")
            let requests = (0..<2).map { _ in
                OpenRequest(.PATCH, test.app.url + location, headers: headers, length: file.count)
            }
            try await withThrowingTaskGroup(of: (Int, Int).self) { group in
                for (index, request) in requests.enumerated() {
                    request.send(file.prefix(1_000))
                    group.addTask { (index, try await request.status) }
                }
                // Neither body is at its end, so whoever answers has refused.
                let (loser, refused) = try #require(try await group.next())
                #expect(refused == 423)
                #expect(try await tus.delete(location).status == 423)
                requests[loser].finish()
                requests[1 - loser].send(file.dropFirst(1_000))
                requests[1 - loser].finish()
                #expect(try await group.next()?.1 == 204)
            }
            #expect(try await tus.head(location).trackID != nil)
        }
    }

    /// SplitMix64.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
            return mixed ^ mixed >> 31
        }
    }
}
