/// What a file may be: a kind of content that is looked at and downloaded, and that no browser runs.
enum FileFormat: String, CaseIterable, Sendable {
    case pdf, png, jpeg, webp, gif, heic, text, markdown, csv, odt, ods, docx, xlsx, zip

    /// As it is stored and answered.
    var mediaType: String {
        switch self {
        case .pdf: "application/pdf"
        case .png: "image/png"
        case .jpeg: "image/jpeg"
        case .webp: "image/webp"
        case .gif: "image/gif"
        case .heic: "image/heic"
        case .text: "text/plain"
        case .markdown: "text/markdown"
        case .csv: "text/csv"
        case .odt: "application/vnd.oasis.opendocument.text"
        case .ods: "application/vnd.oasis.opendocument.spreadsheet"
        case .docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        case .xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        case .zip: "application/zip"
        }
    }

    init?(mediaType: String) {
        guard let format = Self.allCases.first(where: { $0.mediaType == mediaType }) else { return nil }
        self = format
    }

    /// Whether its content is text, in which no bytes tell one kind from another.
    var isText: Bool { [.text, .markdown, .csv].contains(self) }

    /// Whether it is shown in place rather than only saved.
    var isPicture: Bool { [.png, .jpeg, .webp, .gif].contains(self) }

    /// What libmagic calls it. Of plain text it sometimes believes that it is source code.
    private var foundAs: Set<String> {
        isText ? ["text/plain", "text/csv", "text/x-c", "text/x-c++", "text/x-tex", "text/x-Algol68"] : [mediaType]
    }

    /// What clients call it besides.
    private var aliases: Set<String> {
        switch self {
        case .pdf: ["application/x-pdf"]
        case .jpeg: ["image/jpg", "image/pjpeg"]
        case .heic: ["image/heif"]
        case .markdown: ["text/x-markdown", "text/plain"]
        case .csv: ["application/csv", "text/plain", "application/vnd.ms-excel"]
        case .zip: ["application/x-zip-compressed"]
        default: []
        }
    }

    /// Of names, the preferred one first.
    var fileExtensions: [String] {
        switch self {
        case .jpeg: ["jpg", "jpeg", "jpe"]
        case .text: ["txt", "text", "log", "asc"]
        case .markdown: ["md", "markdown"]
        case .heic: ["heic", "heif"]
        default: [rawValue]
        }
    }

    /// The format in which bytes, declaration and name agree; nil when they do not.
    /// - Parameters:
    ///   - found: the media type that the bytes have.
    ///   - declared: what the client says; `application/octet-stream` says nothing.
    ///   - fileExtension: of the name, to tell kinds of text apart.
    init?(found: String, declared: String?, fileExtension: String?) {
        var candidates = Self.allCases.filter { $0.foundAs.contains(found) }
        if let declared = declared?.lowercased(), declared != "application/octet-stream" {
            candidates = candidates.filter { $0.mediaType == declared || $0.aliases.contains(declared) }
        }
        let named = candidates.first { $0.fileExtensions.contains(fileExtension?.lowercased() ?? "") }
        guard let format = named ?? candidates.first else { return nil }
        self = format
    }
}
