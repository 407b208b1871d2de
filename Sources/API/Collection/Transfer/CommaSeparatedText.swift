/// Tables as text (RFC 4180): cells separated by commas, quoted where they hold commas, quotes or line ends.
enum CommaSeparatedText {
    /// One row, and the line of the text that it begins on, from 1.
    struct Row: Hashable {
        let line: Int
        let cells: [String]
    }

    /// A text that is no such table.
    struct Fault: Error, Hashable {
        let line: Int
        let sentence: String
    }

    /// One row with its line end.
    static func line(_ cells: [String]) -> String {
        cells.map { cell in
            // Scalar by scalar: among Characters, a quote with an accent behind it is no quote.
            let isPlain = !cell.unicodeScalars.contains { ",\"\r\n".unicodeScalars.contains($0) }
            guard !isPlain else { return cell }
            let doubled = cell.unicodeScalars.flatMap { $0 == "\"" ? [$0, $0] : [$0] }
            return "\"" + String(String.UnicodeScalarView(doubled)) + "\""
        }.joined(separator: ",") + "\r\n"
    }

    /// The rows of a text whose first one says by what cells are separated: commas, semicolons or tabs, as spreadsheets
    /// of different countries write them. Empty lines count as none.
    static func rows(_ text: String) throws(Fault) -> [Row] {
        var reader = Reader(text)
        var rows: [Row] = []
        while let row = try reader.row() {
            if row.cells != [""] { rows.append(row) }
        }
        return rows
    }

    private struct Reader {
        private var rest: Substring.UnicodeScalarView
        private var line = 1
        private let separator: Unicode.Scalar

        init(_ text: String) {
            var scalars = text.unicodeScalars[...]
            if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
            rest = scalars
            let head = scalars.prefix { $0 != "\n" && $0 != "\r" }
            let counts = ([",", ";", "\t"] as [Unicode.Scalar]).map { scalar in
                (scalar, head.filter { $0 == scalar }.count)
            }
            separator = counts.max { $0.1 < $1.1 }?.0 ?? ","
        }

        mutating func row() throws(Fault) -> Row? {
            guard !rest.isEmpty else { return nil }
            let start = line
            var cells: [String] = []
            while true {
                cells.append(rest.first == "\"" ? try quoted() : plain())
                guard let next = rest.first else { break }
                rest.removeFirst()
                if next == separator { continue }
                if next == "\r", rest.first == "\n" { rest.removeFirst() }
                line += 1
                break
            }
            return Row(line: start, cells: cells)
        }

        private mutating func plain() -> String {
            let separator = separator
            let cell = rest.prefix { $0 != separator && $0 != "\n" && $0 != "\r" }
            rest = rest[cell.endIndex...]
            return String(cell)
        }

        private mutating func quoted() throws(Fault) -> String {
            let start = line
            var cell = String.UnicodeScalarView()
            rest.removeFirst()
            while let scalar = rest.popFirst() {
                if scalar == "\"" {
                    guard rest.first == "\"" else {
                        guard rest.first.map({ $0 == separator || $0 == "\n" || $0 == "\r" }) ?? true else {
                            throw Fault(line: line, sentence: "A quote must end its cell.")
                        }
                        return String(cell)
                    }
                    rest.removeFirst()
                }
                if scalar == "\n" { line += 1 }
                cell.append(scalar)
            }
            throw Fault(line: start, sentence: "A quoted cell does not end.")
        }
    }
}
