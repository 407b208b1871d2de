import Foundation
import Testing

@testable import Media

@Suite struct ByteSourceTests {
    @Test func onlyRegularFilesAreOpened() throws {
        let pipe = "\(Reference.folder)/\(UUID().uuidString)"
        #expect(mkfifo(pipe, 0o600) == 0)
        for path in [pipe, Reference.folder, "/dev/zero", "/nowhere"] {
            let error = #expect(throws: MediaError.self) { _ = try ByteSource(path: path) }
            #expect(error?.code == .io)
        }
    }

    @Test func readsAtAnyPlace() throws {
        let source = try ByteSource(path: try Reference.write("a", (0..<100).map { UInt8($0) }))
        #expect(source.sizeBytes == 100)
        #expect(source.bytes(at: 98, count: 10) == [98, 99])
        #expect(source.bytes(at: 200, count: 10) == [])
    }
}
