import Foundation
import Platform
import Testing

@testable import API

@Suite struct UploadChecksumTests {
    @Test(arguments: [
        "sha1 qZk+NkcGgWq6PiVxeFDCbJzQ2J0=", "MD5 kAFQmDzST7DWlj99KOF/cg==",
        "sha256 ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=",
    ])
    func knowsTheHashesOfABC(header: String) throws {
        let checksum = try UploadChecksum(header)
        for part in ["a", "bc"] { Data(part.utf8).withUnsafeBytes(checksum.update) }
        #expect(checksum.isMet)
        Data("d".utf8).withUnsafeBytes(checksum.update)
        #expect(!checksum.isMet)
    }

    @Test(arguments: ["", "sha1", "crc32 AAAA", "sha1 *", "sha1 AAAA AAAA"])
    func refusesTheRest(header: String) {
        #expect(throws: Problem.self) { try UploadChecksum(header) }
    }
}
