import Testing

@testable import API

@Suite struct CommaSeparatedTextTests {
    @Test(arguments: [
        ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]), ("\u{FEFF}a;b\n1;2", [["a", "b"], ["1", "2"]]),
        ("a\tb\r1\t2", [["a", "b"], ["1", "2"]]), ("a,\"b,\"\"c\"\"\n\"\n\n", [["a", "b,\"c\"\n"]]),
        ("a,b\n,", [["a", "b"], ["", ""]]), ("", []),
    ])
    func reads(text: String, cells: [[String]]) throws {
        #expect(try CommaSeparatedText.rows(text).map(\.cells) == cells)
    }

    @Test(arguments: [("a\n\"b", 2), ("a\n\"b\"c", 2), ("\"", 1)])
    func refuses(text: String, line: Int) {
        let fault = #expect(throws: CommaSeparatedText.Fault.self) { try CommaSeparatedText.rows(text) }
        #expect(fault?.line == line)
    }

    @Test func linesAreCounted() throws {
        let rows = try CommaSeparatedText.rows("a,b\r\n\"1\n2\",x\r\n3,y\r\n")
        #expect(rows.map(\.line) == [1, 2, 4])
    }

    @Test func whatIsWrittenIsReadAgain() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = Dice(seed)
        let scalars: [Unicode.Scalar] = ["a", "é", ",", ";", "\"", "\n", "\r", "\t", "=", "+", "-", "@", "'", "＝", " "]
        for _ in 0..<500 {
            let cells = (0..<3).map { _ in
                String(
                    String.UnicodeScalarView(
                        (0..<Int.random(in: 0...6, using: &generator)).map { _ in
                            scalars.randomElement(using: &generator) ?? "a"
                        }))
            }
            // The first row says what separates cells.
            let text = "x,y,z\r\n" + CommaSeparatedText.line(cells.map(FormulaGuard.guarded))
            let row = try CommaSeparatedText.rows(text).dropFirst().first?.cells ?? []
            #expect(row.map(FormulaGuard.restored) == cells, "seed \(seed)")
        }
    }

    @Test(arguments: ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''-1", "＝1"])
    func formulasAreGuarded(cell: String) {
        let guarded = FormulaGuard.guarded(cell)
        #expect(guarded == "'" + cell && FormulaGuard.restored(guarded) == cell)
    }

    @Test(arguments: ["", "a=1", "'a", "1-2", "it's"])
    func othersAreLeft(cell: String) { #expect(FormulaGuard.guarded(cell) == cell) }
}

/// Random numbers that a seed repeats (SplitMix64).
struct Dice: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
