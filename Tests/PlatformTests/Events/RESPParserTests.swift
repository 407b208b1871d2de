import NIOCore
import Testing

@testable import Platform

struct RESPParserTests {
    private static let examples: [(String, RESPValue)] = [
        ("+OK\r\n", .simple("OK")), ("-ERR no\r\n", .error("ERR no")), (":42\r\n", .integer(42)),
        ("$5\r\nhello\r\n", .bulk("hello")), ("$0\r\n\r\n", .bulk("")), ("$-1\r\n", .bulk(nil)), ("*0\r\n", .array([])),
        ("$4\r\n\r\n\r\n\r\n", .bulk("\r\n\r\n")),
        (
            "*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$8\r\nhé 🎧\r\n",
            .array([.bulk("message"), .bulk("c"), .bulk("hé 🎧")])
        ),
    ]

    @Test func readsWhatAServerSays() throws {
        for (text, value) in Self.examples {
            var parser = RESPParser()
            parser.append(ByteBuffer(string: text))
            #expect(try parser.next() == value)
            #expect(try parser.next() == nil)
        }
    }

    @Test func splitsChangeNothing() throws {
        let bytes = Array(Self.examples.map(\.0).joined().utf8)
        for size in 1...9 {
            var parser = RESPParser()
            var values: [RESPValue] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                parser.append(ByteBuffer(bytes: bytes[start..<min(start + size, bytes.count)]))
                while let value = try parser.next() { values.append(value) }
            }
            #expect(values == Self.examples.map(\.1))
        }
    }

    @Test(arguments: [
        "HTTP/1.1 400\r\n", "$99999999\r\n", "*9999\r\n", ":x\r\n", "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*0\r\n",
    ])
    func refusesOtherThings(text: String) {
        var parser = RESPParser()
        parser.append(ByteBuffer(string: text))
        #expect(throws: RedisError.self) { try parser.next() }
    }

    @Test func writesCommands() {
        #expect(
            String(buffer: RESPValue.command(["PUBLISH", "c", "é"])) == "*3\r\n$7\r\nPUBLISH\r\n$1\r\nc\r\n$2\r\né\r\n")
    }

    @Test(arguments: [
        ("redis://localhost", true), ("redis://:secret@10.0.0.1:6380/0", true),
        ("rediss://u:p@redis.example.org", true),
        ("http://localhost", false), ("localhost:6379", false), ("redis://", false), ("redis://h/name", false),
    ])
    func readsAddresses(text: String, isGood: Bool) { #expect((RedisAddress(text) != nil) == isGood) }

    @Test func authenticatesWhereThereIsAPassword() {
        #expect(RedisAddress("redis://h")?.authentication == nil)
        #expect(RedisAddress("redis://:p@h")?.authentication == ["AUTH", "p"])
        #expect(RedisAddress("redis://u:p@h")?.authentication == ["AUTH", "u", "p"])
    }
}
