import Foundation

/// Who asks.
enum Asker: String, CaseIterable, Sendable {
    case anonymous, stranger, owner, moderator, admin
    case superAdmin = "super_admin"
    case suspended
}

/// One row of docs/permissions.md.
struct PermissionRow: Sendable {
    let method: String
    let path: String
    /// What is made for each request.
    var things: [String]
    /// A JSON text, or the name of a sending; empty for neither.
    let sends: String
    var statuses: [Asker: Int]

    var route: String { "\(method) \(path)" }

    /// Reads a row; nil for a line that is none, or that has not a status for everybody.
    init?(line: Substring) {
        guard line.hasPrefix("| "), line.hasSuffix(" |") else { return nil }
        let cells = line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false)
            .map { $0.trimmingCharacters(in: .whitespaces) }
        let route = cells[0].split(separator: " ").map(String.init)
        let statuses = cells.dropFirst(3).compactMap { Int($0) }
        guard cells.count == 3 + Asker.allCases.count, route.count == 2, statuses.count == Asker.allCases.count else {
            return nil
        }
        (method, path) = (route[0], route[1])
        things = cells[1].split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        sends = cells[2]
        self.statuses = Dictionary(uniqueKeysWithValues: zip(Asker.allCases, statuses))
    }

    /// A row for a route that has none, to see what it answers.
    init(method: String, path: String) {
        self.method = method
        self.path = path
        things = []
        sends = ""
        statuses = [:]
    }

    /// The row with these statuses, as it stands in the document.
    func line(_ statuses: [Asker: Int]) -> String {
        let cells = [route, things.joined(separator: ", "), sends] + Asker.allCases.map { "\(statuses[$0] ?? 0)" }
        return "|" + cells.map { $0.isEmpty ? " |" : " \($0) |" }.joined()
    }

    /// Every row of the document.
    static func all() throws -> [PermissionRow] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "docs/permissions.md"), encoding: .utf8)
        return text.split(separator: "\n").compactMap(PermissionRow.init(line:))
    }
}
