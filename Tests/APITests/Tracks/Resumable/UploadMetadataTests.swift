import Foundation
import HTTPTypes
import Platform
import Testing

@testable import API

@Suite struct UploadMetadataTests {
    @Test func fieldsAreThoseOfTheForm() throws {
        let metadata = try UploadMetadata("title VMOpbGUg8J+Opw==,filename Li4vYS5tcDM=,is_confidential,bpm MTIw")
        #expect(metadata.changes.title == .set("Téle 🎧"))
        #expect(metadata.changes.bpm == .set(120))
        #expect(metadata.fileName == "a.mp3")
        #expect(try UploadMetadata("").fileName == nil)
    }

    @Test(arguments: [
        "title ***", "title /w==", "title YQ==,title YQ==", "title YQ== YQ==", "bpm eA==",
        "title \(String(repeating: "A", count: UploadMetadata.maximumBytes))",
    ])
    func anythingElseIsInvalid(text: String) {
        let problem = #expect(throws: Problem.self) { try UploadMetadata(text) }
        #expect(problem?.status.code == 400)
    }
}
