import Foundation
import Testing

@testable import API

struct CursorPageTests {
    @Test(arguments: [
        ("17", Cursor.id(17)), ("0", .id(0)),
        ("2024-01-15T10:30:00Z", .time(Date(timeIntervalSince1970: 1_705_314_600))),
        ("2024-01-15T11:30:00+01:00", .time(Date(timeIntervalSince1970: 1_705_314_600))),
        ("2024-01-15T11:30:00 01:00", .time(Date(timeIntervalSince1970: 1_705_314_600))),
        ("2024-01-15T10:30:00.500Z", .time(Date(timeIntervalSince1970: 1_705_314_600.5))),
    ])
    func reads(text: String, expected: Cursor) {
        #expect(Cursor(text) == expected)
    }

    @Test(arguments: ["", "yesterday", "2024-01-15", "1.5", "2024-13-45T10:30:00Z", "0x10"])
    func refuses(_ text: String) {
        #expect(Cursor(text) == nil)
    }
}
