import API
import Foundation
import Postgres

/// The account and the tracks that a development server shows a newcomer.
struct Demonstration {
    let database: Database
    let imports: TrackImport
    let dataDirectory: String

    /// Makes the account once, prints how to sign in, and gives it the files of a folder that it has not got yet.
    func prepare(tracksIn folder: String) async throws {
        let made = NewPassword.generated().text
        let (id, isNew) = try await AccountAdministration(database).ensureDemoAccount(password: made)
        if isNew { try keep(password: made) }
        let password = try? String(contentsOfFile: passwordPath, encoding: .utf8)
        print("Demo account: \(AccountAdministration.demoEmail), password \(password ?? "as you set it")")
        fflush(nil)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasPrefix(".") }
        for name in names.sorted() {
            _ = try await imports.add("\(folder)/\(name)", ownerID: id)
        }
    }

    private var passwordPath: String { "\(dataDirectory)/demo-password" }

    private func keep(password: String) throws {
        let isKept = FileManager.default.createFile(
            atPath: passwordPath, contents: Data(password.utf8), attributes: [.posixPermissions: 0o600])
        guard isKept else { throw Failure("\(passwordPath) cannot be written.") }
    }
}
