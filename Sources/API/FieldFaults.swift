import Foundation
import Platform

/// Checks the fields of a request one by one, so that one answer names all that are at fault.
struct FieldFaults {
    private var faults: [String: String] = [:]

    /// Notes what is wrong with a field.
    mutating func add(_ field: String, _ sentence: String) { faults[field] = sentence }

    /// Throws 400 `invalid` when anything was noted.
    func check() throws(Problem) {
        guard faults.isEmpty else { throw .invalid(faults) }
    }

    /// Trims; a blank text takes the field away. PostgreSQL's text cannot hold NUL, and people's screens not the other
    /// controls but line ends and tabs.
    mutating func text(_ change: Change<String>, _ field: String, maximum: Int) -> Change<String> {
        guard case .set(let typed) = change else { return change }
        let trimmed = typed.trimmingWhitespace()
        if trimmed.isEmpty { return .clear }
        if trimmed.unicodeScalars.count > maximum { add(field, "At most \(maximum) characters.") }
        let isShown = trimmed.unicodeScalars.allSatisfy { scalar in
            scalar.properties.generalCategory != .control || "\n\r\t".unicodeScalars.contains(scalar)
        }
        if !isShown { add(field, "Must not contain control characters.") }
        return .set(trimmed)
    }

    /// The text of a field that must be there: what it was, where the change keeps it.
    mutating func required(_ change: Change<String>, _ field: String, maximum: Int, old: String?) -> String {
        let new = text(change, field, maximum: maximum).applied(to: old)
        if new == nil { add(field, "is required") }
        return new ?? ""
    }

    mutating func integer(_ change: Change<Int>, _ field: String, in bounds: ClosedRange<Int>) -> Change<Int> {
        if case .set(let value) = change, !bounds.contains(value) {
            add(field, "Must be from \(bounds.lowerBound) to \(bounds.upperBound).")
        }
        return change
    }

    /// One of the cases of an enumeration; where the field is cleared or left out, `old`.
    mutating func choice<Choice: RawRepresentable<String> & CaseIterable & Sendable>(
        _ change: Change<String>, _ field: String, old: Choice
    ) -> Choice {
        guard case .set(let text) = change else { return old }
        guard let choice = Choice(rawValue: text) else {
            add(field, "Must be one of \(Choice.allCases.map(\.rawValue).joined(separator: ", ")).")
            return old
        }
        return choice
    }
}
