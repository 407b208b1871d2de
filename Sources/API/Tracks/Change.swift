/// What an update says about one optional field: nothing, take it away, or this value.
package enum Change<Value: Sendable>: Sendable {
    case keep
    case clear
    case set(Value)

    /// The field after the change.
    package func applied(to old: Value?) -> Value? {
        switch self {
        case .keep: old
        case .clear: nil
        case .set(let value): value
        }
    }

    /// The field after the change, where absence means a default.
    package func applied(to old: Value, cleared: Value) -> Value {
        switch self {
        case .keep: old
        case .clear: cleared
        case .set(let value): value
        }
    }
}

extension Change: Equatable where Value: Equatable {}

extension KeyedDecodingContainer {
    /// Reads a field that may be absent (`keep`), null (`clear`) or a value.
    func change<Value: Decodable & Sendable>(_ type: Value.Type, _ key: Key) throws -> Change<Value> {
        guard contains(key) else { return .keep }
        return try decodeNil(forKey: key) ? .clear : .set(decode(type, forKey: key))
    }
}
