import Foundation
import Testing

/// The arrows of docs/architecture.md, held.
@Suite struct ImportTests {
    /// What each folder of `Sources` may import of its neighbours.
    private static let allowed: [String: Set<String>] = [
        "talas": ["API", "CWorker", "Chat", "Media", "MediaService", "Migrations", "Platform", "Postgres"],
        "API": ["CArgon2", "Media", "Platform", "Postgres"],
        "Chat": ["CZlib", "Platform", "Postgres"],
        "Platform": ["CCurl", "CZlib"],
        "Media": ["CChromaprint", "CLibAV", "CMagic", "CPNG"],
        "MediaService": ["CWorker", "Media", "Platform"],
        "Migrations": ["Postgres"],
        "Postgres": ["CLibPQ"],
        "EmbedFiles": [],
    ]

    /// What stands on no HTTP must not learn of it.
    private static let forbidden: [String: [String]] = [
        "Media": ["Hummingbird", "HTTP", "NIOHTTP", "JWTKit", "AsyncHTTPClient"],
        "Postgres": ["Hummingbird", "HTTP", "NIO", "JWTKit", "AsyncHTTPClient"],
    ]

    @Test func everyFolderHasItsPlace() throws {
        let folders = Set(try Repository.files(below: "Sources").map(\.target))
        #expect(folders.subtracting(Self.allowed.keys) == [], "say in this test what the new folder may import")
    }

    @Test func roomsImportOnlyWhatStandsBelowThem() throws {
        let sources = Repository.root.appending(path: "Sources")
        let ours = Set(try FileManager.default.contentsOfDirectory(atPath: sources.path))
        for file in try Repository.files(below: "Sources") {
            let neighbours = Self.imports(of: file).intersection(ours)
            #expect(neighbours.subtracting(Self.allowed[file.target, default: []]) == [], "\(file)")
        }
    }

    @Test func mediaAndPostgresKnowNothingOfHTTP() throws {
        for file in try Repository.files(below: "Sources") {
            for prefix in Self.forbidden[file.target, default: []] {
                let found = Self.imports(of: file).filter { $0.hasPrefix(prefix) }
                #expect(found == [], "\(file)")
            }
        }
    }

    @Test func oneFolderSeesLibAV() throws {
        for file in try Repository.files(below: "Sources") where Self.imports(of: file).contains("CLibAV") {
            #expect(file.path.hasPrefix("Sources/Media/LibAV/"), "\(file)")
        }
    }

    /// It is built by hand only, so nothing else would say that it no longer is.
    @Test func thePackageOfFuzzingNamesWhatMediaNeeds() throws {
        let package = try String(
            contentsOf: Repository.root.appending(path: "Fuzz/Package.swift"), encoding: .utf8)
        let needed = try Repository.files(below: "Sources/Media").reduce(into: Set<String>()) {
            $0.formUnion(Self.imports(of: $1).filter { $0.hasPrefix("C") || $0.hasPrefix("NIO") })
        }
        for module in needed { #expect(package.contains("\"\(module)\""), "Fuzz/Package.swift lacks \(module)") }
    }

    @Test(arguments: [
        ("import NIOCore", "NIOCore"), ("package import struct Foundation.Date", "Foundation"),
        ("@testable import API", "API"), ("@preconcurrency internal import Logging", "Logging"),
    ])
    func readsImports(line: String, module: String) {
        #expect(Self.module(imported: Substring(line)) == module)
    }

    @Test(arguments: ["let important = 1", "/// import nothing", "importer.run()"])
    func leavesOtherLinesAlone(line: String) {
        #expect(Self.module(imported: Substring(line)) == nil)
    }

    private static func imports(of file: Repository.File) -> Set<String> {
        Set(file.lines.compactMap(module(imported:)))
    }

    /// The module that a line imports.
    private static func module(imported line: Substring) -> String? {
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "let", "var", "typealias"]
        let before: Set<Substring> = ["package", "internal", "public", "private", "fileprivate"]
        var words = line.split(separator: " ")[...]
        words = words.drop { $0.hasPrefix("@") || before.contains($0) }
        guard words.first == "import" else { return nil }
        return words.dropFirst().drop { kinds.contains($0) }.first?.split(separator: ".").first.map(String.init)
    }
}
