import Foundation
import Postgres
import Testing

@Suite struct RowIDTests {
    private enum Thing {}

    @Test func encodesAsABareInteger() throws {
        let identifiers = [RowID<Thing>(7), RowID<Thing>(rawValue: 8)]
        let data = try JSONEncoder().encode(identifiers)
        #expect(String(decoding: data, as: UTF8.self) == "[7,8]")
        #expect(try JSONDecoder().decode([RowID<Thing>].self, from: data) == identifiers)
        #expect("\(identifiers[0])" == "7")
        #expect(identifiers[0] < identifiers[1])
    }
}
