import Foundation
package import Postgres

/// The schema's migrations, carried in the binary from `db/migrations`.
package enum Migrations {
    /// Every migration in the order of versions. A file without its counterpart makes a migration that does nothing in
    /// that direction; the tests see to it that there is none.
    package static let all: [Migration] = {
        let files = Dictionary(uniqueKeysWithValues: embeddedFiles.map { file in (fileName(file.name), file.base64) })
        return files.keys.filter { $0.hasSuffix(".up.sql") }.sorted().compactMap { up in
            let stem = String(up.dropLast(".up.sql".count))
            let parts = stem.split(separator: "_", maxSplits: 1)
            guard parts.count == 2, let version = Int(parts[0]) else { return nil }
            return Migration(
                version: version, name: String(parts[1]), up: text(files[up]), down: text(files["\(stem).down.sql"]))
        }
    }()

    private static func fileName(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    private static func text(_ base64: String?) -> String {
        String(decoding: Data(base64Encoded: base64 ?? "") ?? Data(), as: UTF8.self)
    }
}
