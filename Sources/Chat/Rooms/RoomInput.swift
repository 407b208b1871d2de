import Foundation
import Platform

/// Body of `POST` and `PUT /chat/rooms`; what is left out stays, what is null is taken away.
struct RoomInput: Decodable, Sendable {
    static let maximumDescriptionLength = 2_000

    let name: RoomName?
    let description: String??
    let isPrivate: Bool?
    let slowModeSeconds: Int?
    let retentionDays: Int??

    private enum CodingKeys: String, CodingKey { case name, description, isPrivate, slowModeSeconds, retentionDays }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func change<Value: Decodable>(_ key: CodingKeys, _ type: Value.Type) throws -> Value?? {
            container.contains(key) ? .some(try container.decodeIfPresent(type, forKey: key)) : nil
        }
        var faults: [String: String] = [:]
        let typed = try container.decodeIfPresent(String.self, forKey: .name)
        name = typed.flatMap { RoomName($0) }
        if typed != nil, name == nil {
            faults["name"] =
                "must have 1 to \(RoomName.maximumLength) characters, no control characters or /, and not only digits"
        }
        description = try change(.description, String.self)
        if let text = description ?? nil, !Self.isShown(text) {
            faults["description"] =
                "must have at most \(Self.maximumDescriptionLength) characters, none of them a control character"
        }
        isPrivate = try container.decodeIfPresent(Bool.self, forKey: .isPrivate)
        slowModeSeconds = try container.decodeIfPresent(Int.self, forKey: .slowModeSeconds)
        if let slowModeSeconds, !(0...21_600).contains(slowModeSeconds) {
            faults["slow_mode_seconds"] = "must be from 0 to 21600"
        }
        retentionDays = try change(.retentionDays, Int.self)
        if let days = retentionDays ?? nil, !(1...3_650).contains(days) {
            faults["retention_days"] = "must be from 1 to 3650"
        }
        if !faults.isEmpty { throw Problem.invalid(faults) }
    }

    private static func isShown(_ text: String) -> Bool {
        text.unicodeScalars.count <= maximumDescriptionLength
            && text.unicodeScalars.allSatisfy { scalar in
                scalar.properties.generalCategory != .control || "\n\r\t".unicodeScalars.contains(scalar)
            }
    }
}
