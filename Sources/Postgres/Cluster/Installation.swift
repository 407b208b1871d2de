import Foundation

/// The programs of one version of PostgreSQL on this machine.
struct Installation: Equatable {
    /// Oldest version that serves.
    static let oldestMajor = 15

    let directory: String
    let major: Int

    func program(_ name: String) -> String { "\(directory)/\(name)" }

    /// The programs for an existing cluster's version, or the newest for a new cluster.
    static func find(major: Int?, below root: String = "/usr/lib/postgresql") async throws -> Installation {
        var found = debian(below: root)
        if found.isEmpty, let fromPath = try await onPath() { found = [fromPath] }
        guard let newest = found.max(by: { $0.major < $1.major }), newest.major >= oldestMajor else {
            throw ClusterError(
                """
                PostgreSQL \(oldestMajor) or newer is not installed: run apt-get install postgresql, or set \
                DATABASE_URL to use a server elsewhere.
                """)
        }
        guard let major else { return newest }
        guard let same = found.first(where: { $0.major == major }) else {
            throw ClusterError(
                """
                The database was made by PostgreSQL \(major), and only \(newest.major) is installed: run \
                apt-get install postgresql-\(major), or move the data over with pg_upgrade.
                """)
        }
        return same
    }

    /// Debian keeps every version in a directory of its own.
    private static func debian(below root: String) -> [Installation] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return names.compactMap { name in
            let directory = "\(root)/\(name)/bin"
            guard let major = Int(name), isInstallation(directory) else { return nil }
            return Installation(directory: directory, major: major)
        }
    }

    private static func onPath() async throws -> Installation? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        guard let directory = path.split(separator: ":").map(String.init).first(where: isInstallation) else {
            return nil
        }
        let owner = try ClusterOwner.current()
        let version = try await Command(owner: owner).run("\(directory)/postgres", ["--version"])
        // postgres (PostgreSQL) 15.8
        let number = version.output.split(separator: " ").last?.prefix { $0.isNumber }
        return number.flatMap { Int($0) }.map { Installation(directory: directory, major: $0) }
    }

    private static func isInstallation(_ directory: String) -> Bool {
        ["initdb", "pg_ctl", "postgres"].allSatisfy {
            FileManager.default.isExecutableFile(atPath: "\(directory)/\($0)")
        }
    }
}
