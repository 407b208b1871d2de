import Postgres

/// What a file is for: the document's `type`, with its rules.
enum FileKind: String, Codable, CaseIterable, Sendable, PostgresCodable {
    case manual
    case warranty
    case invoice
    case image
    case document

    var formats: Set<FileFormat> {
        switch self {
        case .manual: [.pdf, .text, .markdown, .odt, .docx]
        case .warranty, .invoice: [.pdf, .png, .jpeg, .webp, .heic]
        case .image: [.png, .jpeg, .webp, .gif, .heic]
        case .document: [.pdf, .text, .markdown, .csv, .odt, .ods, .docx, .xlsx, .png, .jpeg, .webp, .heic]
        }
    }

    /// Bytes of the largest: papers and pictures do not grow where an operator allows for longer manuals.
    func maximumBytes(_ maximumFileBytes: Int) -> Int {
        switch self {
        case .manual, .document: maximumFileBytes
        case .warranty, .invoice, .image: min(maximumFileBytes, 10 << 20)
        }
    }
}
