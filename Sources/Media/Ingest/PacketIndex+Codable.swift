internal import Foundation

/// As part of another value an index is its serialised bytes.
extension PacketIndex: Codable {
    package init(from decoder: any Swift.Decoder) throws {
        try self.init(serialised: Array(try decoder.singleValueContainer().decode(Data.self)))
    }

    package func encode(to encoder: any Swift.Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Data(serialised()))
    }
}
