import Foundation
import Testing

@testable import API

struct JSONValueTests {
    @Test(arguments: [
        "null", "true", "0", "-17", "1.5", #""é\n""#, "[]", "{}",
        #"{"a":[1,2.5,{"b":null}],"track_id":9007199254740993}"#,
    ])
    func handsOnWhatItRead(_ json: String) throws {
        let value = try JSONDecoder().decode(JSONValue.self, from: Data(json.utf8))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        #expect(String(decoding: try encoder.encode(value), as: UTF8.self) == json)
    }
}
