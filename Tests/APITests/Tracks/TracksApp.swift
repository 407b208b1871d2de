import Foundation
import TestSupport
import Testing

/// The running program with two members, for tests over HTTP.
struct TracksApp {
    let app: TestApp
    let ann: TestAccount
    let bob: TestAccount

    static func run(
        environment: [String: String] = [:], arguments: [String] = [], _ body: (TracksApp) async throws -> Void
    ) async throws {
        try await withTestDatabase { database in
            let secret = ["JWT_SECRET": "a secret of tests, thirty-two bytes or more"]
            try await TestApp.run(
                databaseURL: database.url, environment: secret.merging(environment) { _, new in new },
                arguments: arguments
            ) { app in
                try await body(
                    TracksApp(app: app, ann: try await app.signUp("ann"), bob: try await app.signUp("bob")))
            }
        }
    }

    /// Uploads for Ann and gives the track.
    func upload(_ file: Data, named name: String = "track.wav", fields: [(String, String)] = []) async throws
        -> TrackJSON
    {
        let response = try await app.upload(file, named: name, fields: fields, token: ann.accessToken)
        guard response.status == 201, let track = TrackJSON(response.data) else {
            throw TestFailure("the upload of \(name) answered \(response)")
        }
        return track
    }

    /// Files below `folder` of the storage.
    func stored(_ folder: String) throws -> [String] {
        let path = app.directory.path + "/uploads/" + folder
        return try FileManager.default.subpathsOfDirectory(atPath: path).filter { name in
            var isDirectory: ObjCBool = false
            return FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isDirectory)
                && !isDirectory.boolValue
        }
    }
}

/// A track of a response, and what tests ask of it.
struct TrackJSON {
    let members: [String: Any]

    init?(_ value: Any?) {
        guard let members = value as? [String: Any] else { return nil }
        self.members = members
    }

    var id: Int { members["id"] as? Int ?? -1 }
    var fileURL: String { text("file_url") }
    var streamURL: String { text("stream_url") }
    var waveformURL: String { text("waveform_url") }

    func text(_ name: String) -> String { members[name] as? String ?? "" }
}
