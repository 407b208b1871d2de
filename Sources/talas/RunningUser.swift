import CWorker
import Foundation
import Platform

/// A command that works on an installation's files or database: never as root, where another user can be had.
protocol ActsOnInstallation {}

/// The user that takes the place of root, so that whoever takes over the server has not got the machine with it.
struct RunningUser {
    /// Chosen in this order where `RUN_AS` names nobody.
    private static let usual = ["talas", "nobody"]
    /// What an installation has in its folders.
    private static let contents: Set = [
        "talas.lock", "postgres", "jwt-secret", "node-id", "demo-password", "cache", "installation-id", "blobs", "tmp",
        "partial",
        "trash",
    ]

    let name: String
    let id: uid_t
    let group: gid_t

    /// Becomes that user for good, and hands it the installation's folders; does nothing where nobody is root. Call it on the
    /// first thread, while there is no other.
    ///
    /// In development a folder that the user cannot have is said on standard error, and the program stays root.
    static func replaceRoot(_ settings: @autoclosure () throws -> Settings) throws {
        guard geteuid() == 0 else { return }
        let settings = try settings()
        let user = try chosen(settings.runAs)
        guard user.id != 0 else { return }
        do {
            for folder in [settings.dataDirectory, settings.uploadPath, settings.internalDocumentsPath] {
                try user.take(URL(fileURLWithPath: folder).resolvingSymlinksInPath().path)
            }
        } catch let failure as Failure where settings.environment == .development {
            return FileHandle.standardError.write(Data("talas: stays root. \(failure.description)\n".utf8))
        }
        let failure = talas_become_server(user.id, user.group, user.name)
        guard failure == 0 else {
            throw Failure("Root cannot become the user \(user.name) here: \(String(cString: strerror(failure))).")
        }
    }

    private static func chosen(_ wanted: String?) throws -> RunningUser {
        for name in wanted.map({ [$0] }) ?? usual {
            guard let entry = getpwnam(name) else { continue }
            return RunningUser(name: name, id: entry.pointee.pw_uid, group: entry.pointee.pw_gid)
        }
        let missing = wanted ?? usual[0]
        throw Failure(
            "There is no user \(missing) to run as: make it with `useradd --system \(missing)`, or set RUN_AS.")
    }

    // MARK: Folders

    /// Makes the folder if need be, and hands it over with what is Talas's in it where root has it.
    private func take(_ folder: String) throws {
        do {
            // Others may pass through to what they own inside.
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o711])
        } catch {
            throw Failure("The folder \(folder) cannot be made: \(error.localizedDescription)")
        }
        if Self.owner(of: folder) == 0 { try handOver(folder) }
        guard mayWrite(folder) else {
            throw Failure(
                "The user \(name) cannot write in \(folder): let it pass through the folders above, hand the folder over with "
                    + "`chown -R \(name) '\(folder)'`, or set RUN_AS to the user who has it.")
        }
    }

    private func handOver(_ folder: String) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        let ours = names.filter(Self.contents.contains)
        guard names.isEmpty || !ours.isEmpty else {
            throw Failure(
                "The folder \(folder) belongs to root and holds what is not of Talas: hand it over with "
                    + "`chown \(name) '\(folder)'`, or name another folder.")
        }
        for path in ours.map({ "\(folder)/\($0)" }) {
            try handOverOne(path)
            let inside = FileManager.default.enumerator(atPath: path)
            while let deeper = inside?.nextObject() as? String { try handOverOne("\(path)/\(deeper)") }
        }
        // Last: what was broken off begins anew.
        try handOverOne(folder)
    }

    /// What belongs to somebody else stays theirs.
    private func handOverOne(_ path: String) throws {
        guard Self.owner(of: path) == 0, lchown(path, id, group) != 0, errno != ENOENT else { return }
        throw Failure("\(path) cannot be handed to the user \(name): \(String(cString: strerror(errno))).")
    }

    /// Of a link itself, not of what it leads to.
    private static func owner(of path: String) -> Int? {
        try? FileManager.default.attributesOfItem(atPath: path)[.ownerAccountID] as? Int
    }

    /// Asked as the user, with the ways there.
    private func mayWrite(_ folder: String) -> Bool {
        setegid(group)
        seteuid(id)
        defer {
            seteuid(0)
            setegid(0)
        }
        return faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) == 0
    }
}
