import Foundation
import Testing

@testable import Platform

struct SecretFileTests {
    /// A folder that is gone afterwards.
    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("secret-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }

    @Test func isMadeOnceForItsOwnerOnly() async throws {
        try await withFolder { folder in
            let path = folder + "/keys/jwt"
            let secret = try SecretFile.readOrCreate(path)
            #expect(secret.text.utf8.count == 64 && secret.text.allSatisfy(\.isHexDigit))
            #expect(try SecretFile.readOrCreate(path) == secret)
            #expect(try SecretFile.readOrCreate(folder + "/other") != secret)
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            // Nothing half-written is left beside it.
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/keys") == ["jwt"])
        }
    }

    @Test func allWhoRaceGetTheSame() async throws {
        try await withFolder { folder in
            let secrets = try await withThrowingTaskGroup(of: Secret.self) { group in
                for _ in 0..<32 { group.addTask { try SecretFile.readOrCreate(folder + "/jwt") } }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(secrets.count == 1)
        }
    }

    @Test func whatIsThereIsKept() async throws {
        try await withFolder { folder in
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let text = String(repeating: "k", count: 40)
            try Data("\(text)\n".utf8).write(to: URL(fileURLWithPath: folder + "/good"))
            try Data("tooshort".utf8).write(to: URL(fileURLWithPath: folder + "/short"))
            #expect(try SecretFile.readOrCreate(folder + "/good").text == text)
            let error = try #require(throws: SecretFileError.self) { try SecretFile.readOrCreate(folder + "/short") }
            #expect(error.description.contains("\(folder)/short") && !error.description.contains("tooshort"))
            #expect(throws: SecretFileError.self) { try SecretFile.readOrCreate(folder + "/good/under-a-file") }
        }
    }
}
