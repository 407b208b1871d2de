internal import Foundation

/// Values of Media as bytes on the way between server and worker.
enum Coding {
    static func bytes(_ value: some Encodable) throws -> Data {
        let encoder = PropertyListEncoder()
        encoder.outputFormat = .binary
        return try encoder.encode(value)
    }

    static func value<Value: Decodable>(_ type: Value.Type, from bytes: Data) throws -> Value {
        try PropertyListDecoder().decode(type, from: bytes)
    }
}
