import Foundation
import Logging
import Testing

@testable import Platform

struct TalasLogHandlerTests {
    private let time = Date(timeIntervalSince1970: 1_705_314_600)

    @Test func writesAccessLinesAsDocumented() {
        let line = TalasLogHandler.text(
            .info, "GET /path - Status: 200, Duration: 1.2ms", ["hb.request.id": "x"], at: time)
        #expect(line == "[2024-01-15 10:30:00] GET /path - Status: 200, Duration: 1.2ms")
    }

    @Test func namesLevelAndMetadataOfWhatWentWrong() {
        let line = TalasLogHandler.text(.error, "Request failed", ["hb.request.id": "x", "error": "no disk"], at: time)
        #expect(line == "[2024-01-15 10:30:00] ERROR Request failed error=no disk hb.request.id=x")
    }

    @Test func keepsOneEventOnOneLine() {
        let line = TalasLogHandler.text(.info, "GET /a\n[2024-01-15 10:30:00] forged", [:], at: time)
        #expect(!line.contains("\n"))
        let json = TalasLogHandler.json(.info, "a\nb", ["user": "c\nd"], at: time)
        #expect(!json.contains("\n"))
    }

    @Test func writesJSON() throws {
        let line = TalasLogHandler.json(.warning, "Slow", ["route": "/tracks"], at: time)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String])
        #expect(object == ["level": "warning", "message": "Slow", "route": "/tracks", "time": "2024-01-15T10:30:00Z"])
    }
}
