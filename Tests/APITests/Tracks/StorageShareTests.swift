import TestSupport
import Testing

@testable import API

@Suite struct StorageShareTests {
    @Test func onlyTheFirstOfSeveralIsFirst() throws {
        let directory = try TemporaryDirectory()
        var first: StorageShare? = StorageShare(directory: directory.path)
        let second = StorageShare(directory: directory.path)
        #expect(first?.wasFirst == true)
        #expect(!second.wasFirst)
        first = nil
        #expect(!StorageShare(directory: directory.path).wasFirst)
    }

    @Test func whatCannotBeToldIsNotFirst() {
        #expect(!StorageShare(directory: "/nonexistent/folder").wasFirst)
    }
}
