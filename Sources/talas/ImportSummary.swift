import API
import Media
import Platform
import Postgres

/// What an import did, file by file.
struct ImportSummary {
    private var added = 0
    private var known = 0
    private var contents: Set<BlobID> = []
    /// Paths and reasons of files that are no tracks.
    private var refused: [(path: String, reason: String)] = []
    /// Those of files that could be tracks.
    private var failed: [(path: String, reason: String)] = []
    /// Nothing that follows could succeed either.
    private(set) var isHopeless = false

    init(_ scan: FolderScan) {
        failed = scan.unreadable.map { ($0, "It cannot be read.") }
    }

    mutating func take(_ outcome: TrackImport.Outcome) {
        switch outcome {
        case .added: added += 1
        case .known: known += 1
        }
    }

    /// Counts content that would be added, once; nil is content that is there already.
    mutating func found(_ blob: BlobID?) {
        if let blob, contents.insert(blob).inserted { added += 1 } else { known += 1 }
    }

    mutating func take(_ error: any Error, of path: String) {
        switch error {
        case let error as MediaError:
            switch error.code {
            case .unreadable, .unsupportedCodec, .noAudio, .hasVideo, .truncatedHeader, .limitExceeded:
                refused.append((path, error.message))
            case .storageFull:
                isHopeless = true
                failed.append((path, error.message))
            default: failed.append((path, error.message))
            }
        case let problem as Problem:
            isHopeless = problem.code == "storage_full"
            failed.append((path, problem.message))
        default:
            isHopeless = error is PostgresError
            failed.append((path, Failure.sentence(of: error)))
        }
    }

    /// Lines for people.
    func text(dryRun: Bool) -> String {
        let lines =
            refused.map { "No track: \($0.path): \($0.reason)" } + failed.map { "Failed: \($0.path): \($0.reason)" }
            + [
                "\(dryRun ? "Would add" : "Added") \(added) tracks; \(known) were there already, "
                    + "\(refused.count) files are no audio, \(failed.count) failed."
            ]
        return lines.map { $0 + "\n" }.joined()
    }

    /// Why the import did not do all of its work; nil when it did.
    var failure: String? {
        if failed.isEmpty { return nil }
        return isHopeless
            ? "The import stopped: \(failed[failed.count - 1].reason) Run it again when that is mended."
            : "\(failed.count) files could not be imported; run the import again when what is said of them is mended."
    }
}
