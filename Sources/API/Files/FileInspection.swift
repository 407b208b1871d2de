import HTTPTypes
import Media
import NIOPosix
import Platform

/// Looks at what was uploaded: the bytes decide, and what is declared and allowed must agree.
struct FileInspection: Sendable {
    /// Where bytes are looked at that nobody trusts.
    let work: any MediaWork
    /// A running pool, for the disk.
    let threads: NIOThreadPool

    /// The format of an uploaded file. 415 when found, declared and allowed do not agree.
    func format(
        of content: StagedFile, declared: String?, name: String, allowed: Set<FileFormat>
    ) async throws -> FileFormat {
        let (beginning, end) = try await threads.runIfActive {
            let file = try content.open()
            let tail = min(file.size, HiddenContent.tailBytes)
            return (
                try file.read(FileTypeDetector.sampleBytes, at: 0), try file.read(tail, at: file.size - tail)
            )
        }
        let found = try await work.mediaType(of: beginning)
        let format = FileFormat(
            found: found ?? "", declared: declared, fileExtension: FileName(name).fileExtension)
        guard let format, allowed.contains(format), !HiddenContent.isIn(beginning, end, as: format) else {
            let kinds = allowed.map(\.rawValue).sorted().joined(separator: ", ")
            let seen = "The content looks like \(found ?? "nothing known")"
            let said = declared.map { ", and \($0.prefix(100)) was declared" } ?? ""
            throw Problem(
                .unsupportedMediaType, code: "unsupported_file_type", "\(seen)\(said). Accepted here: \(kinds).")
        }
        return format
    }
}
