import Foundation
import Logging
import Platform

/// What the server says on standard output once it answers.
struct Announcement: Sendable {
    let settings: Settings
    /// The folder of the demo account's tracks; nil for no such account.
    let demo: String?
    let demonstration: Demonstration
    /// Where the listener of WebSockets is, once that is known; nil where there is none.
    let webSocketURL: @Sendable () async -> String?
    let logger: Logger

    /// Says in one line where to go, then how to sign in to the demo account, if there is to be one.
    func make(port: Int) async {
        let chat = await webSocketURL().map { " with chat at \($0)" } ?? ""
        guard !Task.isCancelled else { return }
        let scheme = settings.tlsCertificatePath == nil ? "http" : "https"
        let host = ["0.0.0.0", "::"].contains(settings.host) ? "localhost" : settings.host
        print("Talas is ready at \(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)\(chat)")
        fflush(nil)
        guard let demo else { return }
        do {
            try await demonstration.prepare(tracksIn: demo)
        } catch {
            logger.error("The demo account could not be made", metadata: ["error": "\(error)"])
        }
    }
}
