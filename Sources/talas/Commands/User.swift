import API
import ArgumentParser
import Foundation
import Logging
import Platform
import Postgres

struct User: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make accounts and set passwords.", subcommands: [Create.self, Password.self])

    struct Create: AsyncParsableCommand, ActsOnInstallation {
        static let configuration = CommandConfiguration(abstract: "Make an account.")

        @Option(help: "E-mail address.")
        var email: String

        @Option(help: "Name, 3 to 50 of A-Z, a-z, 0-9, _ . -")
        var username: String

        @Option(help: "user, moderator, admin or super_admin.")
        var role = "user"

        @Flag(help: "Read the password from standard input.")
        var passwordStdin = false

        func run() async throws {
            guard let role = Role(rawValue: role) else {
                let known = Role.allCases.map(\.rawValue).joined(separator: ", ")
                throw Failure("There is no role \"\(role)\"; choose from \(known).", isWrongUsage: true)
            }
            let password = try NewPassword.ask(fromStandardInput: passwordStdin)
            try await DatabaseAccess.withDatabase { database in
                let id = try await AccountAdministration(database).create(
                    username: username, email: email, password: password.text, role: role)
                print("Made account \(id), \(username), as \(role.rawValue).")
                password.printIfGenerated()
            }
        }
    }

    struct Password: AsyncParsableCommand, ActsOnInstallation {
        static let configuration = CommandConfiguration(
            abstract: "Set the password of an account and end all its sessions.")

        @Argument(help: "The account's name.")
        var username: String

        @Flag(help: "Read the password from standard input.")
        var passwordStdin = false

        func run() async throws {
            let password = try NewPassword.ask(fromStandardInput: passwordStdin)
            try await DatabaseAccess.withDatabase { database in
                let events = EventBus(logger: Logger(label: "talas")) { text in
                    try await database.notify(EventRelay.channel, text)
                }
                try await AccountAdministration(database, events: events).setPassword(of: username, to: password.text)
                print("Set the password of \(username).")
                password.printIfGenerated()
            }
        }
    }
}
