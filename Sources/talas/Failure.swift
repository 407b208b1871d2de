import Media
import Postgres

/// Why a command ends without having done its work, in one sentence.
struct Failure: Error, CustomStringConvertible {
    let description: String
    /// Whether the command line itself was wrong (exit code 2).
    let isWrongUsage: Bool

    init(_ sentence: String, isWrongUsage: Bool = false) {
        description = sentence
        self.isWrongUsage = isWrongUsage
    }

    /// The sentence of any error that may reach a command.
    static func sentence(of error: any Error) -> String {
        switch error {
        case let error as MediaError: error.message
        case let error as PostgresError: error.message
        default: "\(error)"
        }
    }
}
