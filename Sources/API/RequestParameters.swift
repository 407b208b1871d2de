import Hummingbird
import Platform

extension Request {
    /// A text from the query, trimmed; nil where it is blank or left out, 400 where it is too long or holds NUL.
    func queryText(_ name: String, maximum: Int) throws(Problem) -> String? {
        guard let text = query(name)?.trimmingWhitespace(), !text.isEmpty else { return nil }
        guard text.unicodeScalars.count <= maximum, !text.unicodeScalars.contains("\0") else {
            throw .invalid([name: "must be a text of at most \(maximum) characters"])
        }
        return text
    }

    /// One of the cases of an enumeration from the query; anything else is 400.
    func queryChoice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, as type: Choice.Type = Choice.self
    ) throws(Problem) -> Choice? {
        guard let text = query(name) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            throw .invalid([name: "must be one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))"])
        }
        return choice
    }
}

extension AppContext {
    /// The id in the path of a row whose key is a 32-bit number; no other number can be one, so that is 404.
    func serialParameter(_ name: String, of what: String) throws(Problem) -> Int {
        guard let text = parameters.get(name), let id = Int32(text), id > 0 else { throw .notFound(what) }
        return Int(id)
    }
}
