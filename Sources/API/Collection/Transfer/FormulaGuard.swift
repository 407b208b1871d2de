/// Keeps spreadsheets from running what a cell says (OWASP, "CSV Injection"): an apostrophe goes before whatever they
/// would take for a formula, and away again when it is read back.
enum FormulaGuard {
    private static let dangerous: Set<Unicode.Scalar> = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"]

    /// For writing. What begins with apostrophes itself gets another one, so that reading is exact.
    static func guarded(_ cell: String) -> String { isDangerous(cell) ? "'" + cell : cell }

    /// For reading: undoes ``guarded(_:)``.
    static func restored(_ cell: String) -> String {
        cell.unicodeScalars.first == "'" && isDangerous(cell)
            ? String(String.UnicodeScalarView(cell.unicodeScalars.dropFirst())) : cell
    }

    private static func isDangerous(_ cell: String) -> Bool {
        cell.unicodeScalars.drop { $0 == "'" }.first.map { dangerous.contains($0) } ?? false
    }
}
