import NIOCore
import Testing

@testable import Platform

/// Forms and pieces by chance; a failure prints the seed that repeats it.
struct MultipartParserPropertyTests {
    /// Alphabets in which pieces of delimiters are frequent.
    private static func content(_ generator: inout SeededGenerator, boundary: String) -> [UInt8] {
        let words: [[UInt8]] = ["\r", "\n", "-", "\r\n", "\r\n-", "\r\n--", "x", boundary].map { Array($0.utf8) }
        var content: [UInt8] = []
        for _ in 0..<Int.random(in: 0...60, using: &generator) {
            content += words.randomElement(using: &generator) ?? []
        }
        // The delimiter itself is what a client has to avoid.
        let delimiter = Array("\r\n--\(boundary)".utf8)
        let padded = Array("\r\n".utf8) + content
        for start in padded.indices where padded[start...].starts(with: delimiter) { return [] }
        return content
    }

    private static func pieces(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        let longest = [1, 3, 20, 200].randomElement(using: &generator) ?? 1
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = min(rest.count, Int.random(in: 0...longest, using: &generator))
            pieces.append(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        return pieces
    }

    @Test(arguments: 0..<20)
    func anySplitGivesTheSameParts(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let boundary = String("ab--'b".prefix(Int.random(in: 1...6, using: &generator)))
            let contents = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
                Self.content(&generator, boundary: boundary)
            }
            var bytes: [UInt8] = []
            for (index, content) in contents.enumerated() {
                let head = "--\(boundary)\r\nContent-Disposition: form-data; name=\"f\(index)\"\r\n\r\n"
                bytes += Array(head.utf8) + content + Array("\r\n".utf8)
            }
            bytes += Array("--\(boundary)--".utf8)
            let form = try Form.parse(Self.pieces(bytes, &generator), boundary: boundary)
            #expect(form.isFinished && form.parts.map(\.body) == contents, "seed \(seed)")
            #expect(form.parts.map(\.head.name) == contents.indices.map { "f\($0)" })
        }
    }

    /// Whatever comes, in whatever pieces: the same parts or the same error, events in order, never a crash.
    @Test(arguments: 0..<20)
    func mutilatedFormsAreReadOrRefused(seed: UInt64) throws {
        var generator = SeededGenerator(seed: 1_000 + seed)
        let template = Array(
            """
            --b\r\nContent-Disposition: form-data; name="a"; filename*=UTF-8''%e2%82%ac; filename="\\"x"\r\n\r
            one\r\n--b \r\nContent-Type: a/b\r\nContent-Disposition: form-data; name=b\r\n\r\ntwo\r\n--b--\r\n
            """.utf8)
        var refused = 0
        for _ in 0..<100 {
            var bytes = template
            for _ in 0..<Int.random(in: 0...6, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(contentsOf: template.prefix(place), at: place)
                default: bytes.removeSubrange(place...)
                }
                if bytes.isEmpty { bytes = [0x2D] }
            }
            let outcomes = (0..<3).map { attempt in
                let pieces = attempt == 0 ? [bytes[...]] : Self.pieces(bytes, &generator)
                return Result { try Form.parse(pieces, boundary: "b") }
            }
            for outcome in outcomes {
                switch (outcome, outcomes[0]) {
                case (.success(let form), .success(let first)): #expect(form == first, "seed \(seed)")
                case (.failure(let error), .failure(let first)):
                    #expect(error as? MultipartError == first as? MultipartError, "seed \(seed)")
                    #expect(error is MultipartError, "seed \(seed): \(error)")
                default: Issue.record("seed \(seed): \(outcomes)")
                }
            }
            if case .failure = outcomes[0] { refused += 1 }
        }
        #expect((1..<100).contains(refused), "the mutations should neither all pass nor all fail")
    }
}
