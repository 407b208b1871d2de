import Foundation
import NIOCore
import Testing

@testable import Platform

@Suite struct ZipTests {
    private struct File: Equatable {
        let name: String
        let content: [UInt8]
    }

    private func archive(_ files: [File]) -> [UInt8] {
        var writer = ZipWriter()
        var bytes = ByteBuffer()
        for file in files {
            bytes.writeImmutableBuffer(writer.begin(file.name, size: file.content.count, modified: Date()))
            for start in stride(from: 0, to: file.content.count, by: 1_000) {
                let piece = ByteBuffer(bytes: file.content[start..<min(start + 1_000, file.content.count)])
                writer.add(piece)
                bytes.writeImmutableBuffer(piece)
            }
            bytes.writeImmutableBuffer(writer.end())
        }
        bytes.writeImmutableBuffer(writer.finish())
        return Array(buffer: bytes)
    }

    private func reader(_ bytes: [UInt8]) throws -> ZipReader {
        try ZipReader(size: bytes.count) { count, offset in
            Array(bytes[min(offset, bytes.count)..<min(offset + count, bytes.count)])
        }
    }

    private func content(_ name: String, _ reader: ZipReader) throws -> [UInt8] {
        var content: [UInt8] = []
        try reader.extract(try #require(reader.entries[name])) { content += Array($0) }
        return content
    }

    @Test func whatWasWrittenIsRead() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let files = (0..<Int.random(in: 0...8, using: &generator)).map { index in
                File(
                    name: "\(index)/é-\(Int.random(in: 0...99, using: &generator)).bin",
                    content: (0..<Int.random(in: 0...5_000, using: &generator)).map { _ in
                        UInt8.random(in: 0...255, using: &generator)
                    })
            }
            let reader = try reader(archive(files))
            #expect(Set(reader.entries.keys) == Set(files.map(\.name)), "seed \(seed)")
            for file in files { #expect(try content(file.name, reader) == file.content, "seed \(seed)") }
        }
    }

    /// More entries than 16 bits can count.
    @Test func largeOnesTakeZip64() throws {
        let reader = try reader(archive((0..<66_000).map { File(name: "\($0)", content: []) }))
        #expect(reader.entries.count == 66_000)
    }

    /// `hello hello hello hello` deflated, by Python's zipfile.
    @Test func deflatedOnesAreRead() throws {
        let bytes = try #require(Data(base64Encoded: Self.deflated))
        #expect(try content("hello.txt", reader(Array(bytes))) == Array("hello hello hello hello".utf8))
    }

    @Test func damageIsTold() throws {
        let whole = archive([File(name: "a", content: Array("content".utf8)), File(name: "b", content: [1, 2, 3])])
        for count in 0..<whole.count {
            #expect(throws: ZipError.self, "\(count)") { _ = try self.reader(Array(whole.prefix(count))) }
        }
        for index in whole.indices {
            var changed = whole
            changed[index] ^= 0x55
            // Whatever a byte says, it is read or refused.
            guard let reader = try? reader(changed) else { continue }
            for entry in reader.entries.values {
                var count = 0
                try? reader.extract(entry) { count += $0.count }
                #expect(count <= entry.size)
            }
        }
        var changed = whole
        changed[31] ^= 1
        #expect(throws: ZipError.self) { _ = try self.content("a", self.reader(changed)) }
    }

    private static let deflated =
        "UEsDBBQAAAAIAMBTL1jjUT2NCgAAABcAAAAJAAAAaGVsbG8udHh0y0jNyclXyEAnAVBLAQIUAxQAAAAIAMBTL1jjUT"
        + "2NCgAAABcAAAAJAAAAAAAAAAAAAACAAQAAAABoZWxsby50eHRQSwUGAAAAAAEAAQA3AAAAMQAAAAAA"
}
