import Foundation
import Testing

@testable import Media

@Suite struct PartialFileTests {
    @Test func anyPiecesGiveTheNameOfTheWhole() throws {
        let seed = UInt64.random(in: .min ... .max)
        var dice = Dice(state: seed)
        for _ in 0..<30 {
            let temporary = try TemporaryStore()
            let id = UUID()
            let content = (0..<Int.random(in: 1...200_000, using: &dice)).map { UInt8(truncatingIfNeeded: $0 * 31) }
            var kept = 0
            while kept < content.count {
                // Each time it is opened again, with what was not counted cut off.
                let file = try #require(try temporary.store.openPartial(id))
                try file.truncate(to: kept)
                for _ in 0..<Int.random(in: 0...4, using: &dice) where kept < content.count {
                    let count = Int.random(in: 1...min(50_000, content.count - kept), using: &dice)
                    try file.append(Array(content[kept..<kept + count]))
                    kept += count
                }
                #expect(try file.synchronise() == kept)
                if Bool.random(using: &dice) {
                    try file.append([1, 2, 3])
                    if Bool.random(using: &dice) { try file.truncate(to: kept) }
                }
            }
            let file = try #require(try temporary.store.openPartial(id))
            try file.truncate(to: kept)
            while try file.hashMore(10_000) {}
            let blob = try temporary.store.keep(file)
            #expect(try temporary.store.open(blob)?.read(content.count + 1, at: 0) == content, "seed \(seed)")
            #expect(blob == (try TemporaryStore().write(content)), "seed \(seed)")
        }
    }

    @Test func oneHolderAtATime() throws {
        let temporary = try TemporaryStore()
        let id = UUID()
        var first = try temporary.store.openPartial(id)
        #expect(first != nil)
        #expect(try temporary.store.openPartial(id) == nil)
        #expect(try temporary.store.openPartial(UUID()) != nil)
        first?.release()
        var second = try temporary.store.openPartial(id)
        #expect(second != nil)
        second = nil
        first = nil
        #expect(try temporary.store.openPartial(id) != nil)
    }

    @Test func keepingTwiceIsKeepingOnce() throws {
        let temporary = try TemporaryStore()
        let id = UUID()
        let file = try #require(try temporary.store.openPartial(id))
        try file.append([1, 2, 3])
        #expect(try !file.hashMore(1))
        let blob = try temporary.store.keep(file)
        #expect(try temporary.store.keep(file) == blob)
        #expect(try temporary.files().filter { $0.hasPrefix("tmp/") }.isEmpty)
        #expect(try temporary.store.removePartial(id))
        #expect(try !temporary.store.removePartial(id))
        #expect(try temporary.store.size(of: blob) == 3)
    }

    @Test func lostBytesAreNoticed() throws {
        let temporary = try TemporaryStore()
        let file = try #require(try temporary.store.openPartial(UUID()))
        try file.append([1, 2, 3])
        #expect(throws: MediaError.self) { try file.truncate(to: 4) }
    }

    @Test func onlyOldFilesAreListedAndTheSweepOfTheOthersLeavesThem() throws {
        let temporary = try TemporaryStore()
        let (old, young) = (UUID(), UUID())
        for id in [old, young] { try #require(try temporary.store.openPartial(id)).append([1]) }
        try temporary.age("partial/\(old.uuidString.lowercased())", seconds: 7_200)
        #expect(try temporary.store.partials(olderThanSeconds: 3_600) == [old])
        try temporary.store.sweepTemporary(olderThanSeconds: 0)
        #expect(try temporary.files().count == 2)
    }
}

extension PartialFile {
    /// Writes an array.
    func append(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try append($0) } }
}
