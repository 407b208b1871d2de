import Foundation

extension String: PostgresDecodable {
    /// From text of any kind, an enum, JSON, a `uuid`, or a `date` as `2024-01-15`.
    package static func decode(_ cell: borrowing Cell) throws(PostgresError) -> String {
        let bytes = try cell.value()
        switch cell.type {
        case PostgresType.text, PostgresType.varchar, PostgresType.bpchar, PostgresType.name, PostgresType.char,
            PostgresType.unknown, PostgresType.json, PostgresType.xml, PostgresType.firstUserDefined...:
            return String(decoding: bytes, as: UTF8.self)
        case PostgresType.jsonb: return String(decoding: bytes.dropFirst(), as: UTF8.self)
        case PostgresType.uuid: return try UUID.decode(cell).uuidString.lowercased()
        case PostgresType.date: return CivilDate(daysSince1970: try Timestamp.days(cell)).text
        default: throw cell.mismatch("String")
        }
    }
}
