/// Content that is two things at once: what it seems to be, and something that a browser or a virtual machine would run.
enum HiddenContent {
    /// Bytes at the beginning in which browsers once looked for markup.
    private static let headBytes = 1_024
    /// Bytes at the end that hold the directory of a ZIP archive, whatever stands before it.
    static let tailBytes = 22 + 65_535

    private static let markup = ["<!doctype", "<html", "<head", "<body", "<script", "<svg", "<iframe", "<?php"]

    /// Whether a file of this format is something else as well.
    /// - Parameters:
    ///   - beginning: its first bytes.
    ///   - end: its last ``tailBytes``.
    static func isIn(_ beginning: [UInt8], _ end: [UInt8], as format: FileFormat) -> Bool {
        switch format {
        case .odt, .ods, .docx, .xlsx, .zip: return false
        case .text, .markdown, .csv:
            return beginning.contains(0) || holdsMarkup(beginning.prefix(headBytes).drop { $0 <= 0x20 }.prefix(32))
        case .pdf, .png, .jpeg, .webp, .gif, .heic:
            return holdsMarkup(beginning.prefix(headBytes)) || holdsArchive(end)
        }
    }

    private static func holdsMarkup(_ bytes: ArraySlice<UInt8>) -> Bool {
        let text = String(decoding: bytes.map { 0x41...0x5A ~= $0 ? $0 + 0x20 : $0 }, as: Unicode.ASCII.self)
        return markup.contains { text.contains($0) }
    }

    /// The signature of an archive's end, with a comment that reaches exactly to the end of the file.
    private static func holdsArchive(_ end: [UInt8]) -> Bool {
        guard end.count >= 22 else { return false }
        return (0...(end.count - 22)).contains { start in
            end[start] == 0x50 && end[start + 1] == 0x4B && end[start + 2] == 5 && end[start + 3] == 6
                && Int(end[start + 20]) | Int(end[start + 21]) << 8 == end.count - start - 22
        }
    }
}
