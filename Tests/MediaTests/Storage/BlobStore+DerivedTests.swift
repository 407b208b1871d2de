import Foundation
import Testing

@testable import Media

@Suite struct BlobStoreDerivedTests {
    @Test func isKeptBesideItsContent() throws {
        let temporary = try TemporaryStore()
        let blob = try temporary.write([1])
        try temporary.store.writeDerived([4, 5, 6], .waveform, of: blob)
        try temporary.store.writeDerived([], .packetIndex, of: blob)
        #expect(try temporary.store.readDerived(.waveform, of: blob) == [4, 5, 6])
        #expect(try temporary.store.readDerived(.packetIndex, of: blob) == [])
        let path = temporary.store.path(of: blob)
        #expect(FileManager.default.fileExists(atPath: path + ".waveform"))
        #expect(FileManager.default.fileExists(atPath: path + ".packets"))
        #expect(try temporary.files().count == 3)
    }

    @Test func isReplacedAtOnce() throws {
        let temporary = try TemporaryStore()
        let blob = try temporary.write([1])
        try temporary.store.writeDerived([4, 5, 6], .waveform, of: blob)
        try temporary.store.writeDerived([7], .waveform, of: blob)
        #expect(try temporary.store.readDerived(.waveform, of: blob) == [7])
        #expect(try temporary.files().count == 2)
    }

    @Test func isNotBelievedWhenTornOrAltered() throws {
        let temporary = try TemporaryStore()
        let blob = try temporary.write([1])
        try temporary.store.writeDerived(Array(repeating: 3, count: 100), .waveform, of: blob)
        let file = URL(fileURLWithPath: temporary.store.path(of: blob) + ".waveform")
        let whole = try Data(contentsOf: file)
        for count in [0, 1, 31, 32, 33, whole.count - 1] {
            try whole.prefix(count).write(to: file)
            #expect(try temporary.store.readDerived(.waveform, of: blob) == nil, "\(count) bytes")
        }
        for index in whole.indices {
            var altered = whole
            altered[index] ^= 1
            try altered.write(to: file)
            #expect(try temporary.store.readDerived(.waveform, of: blob) == nil, "byte \(index)")
        }
        try whole.write(to: file)
        #expect(try temporary.store.readDerived(.waveform, of: blob)?.count == 100)
    }

    @Test func goesWithItsContent() throws {
        let temporary = try TemporaryStore()
        let blob = try temporary.write([1])
        for kind in DerivedKind.allCases { try temporary.store.writeDerived([4], kind, of: blob) }
        #expect(try temporary.store.remove(blob))
        #expect(try temporary.files().isEmpty)
    }

    @Test func ofContentThatIsGoneNothingIsKept() throws {
        let temporary = try TemporaryStore()
        let blob = try temporary.write([1])
        try temporary.store.moveToTrash(blob)
        try temporary.store.writeDerived([4], .waveform, of: blob)
        #expect(try temporary.files() == ["trash/\(blob)"])
    }

    @Test func canGoAlone() throws {
        let temporary = try TemporaryStore()
        let blob = try temporary.write([1])
        try temporary.store.writeDerived([4], .waveform, of: blob)
        #expect(try temporary.store.removeDerived(.waveform, of: blob))
        #expect(try !temporary.store.removeDerived(.waveform, of: blob))
        #expect(try temporary.store.contains(blob))
    }

    @Test func aWaveformComesBackFromTheStore() throws {
        let temporary = try TemporaryStore()
        let blob = try temporary.write([1])
        let pyramid = WaveformSamples.pyramid(Array(repeating: 77, count: 3000), channels: 2)
        try temporary.store.writeDerived(pyramid.serialised(), .waveform, of: blob)
        let bytes = try #require(try temporary.store.readDerived(.waveform, of: blob))
        #expect(try WaveformPyramid(serialised: bytes) == pyramid)
    }
}
