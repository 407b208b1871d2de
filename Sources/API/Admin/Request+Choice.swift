import Hummingbird
import Platform

extension Request {
    /// One of the values of an enumeration from the query; another is 400 with those there are.
    func queryChoice<Value: RawRepresentable & CaseIterable>(
        _ name: String, of type: Value.Type
    ) throws(Problem) -> Value? where Value.RawValue == String {
        guard let text = query(name) else { return nil }
        guard let value = Value(rawValue: text) else {
            throw .invalid([name: "must be one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))"])
        }
        return value
    }
}
