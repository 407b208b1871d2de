import Foundation
import Testing

@testable import Media

@Suite struct BehaviourDigestTests {
    @Test func isTheSameEachTimeAndLeavesNothing() throws {
        let directory = Reference.folder + "/" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let digest = try BehaviourDigest.compute(in: directory)
        #expect(digest.count == 16)
        #expect(try BehaviourDigest.compute(in: directory) == digest)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == [])
        let missing = #expect(throws: MediaError.self) { try BehaviourDigest.compute(in: directory + "/none") }
        #expect(missing?.code == .io)
    }
}
