import Testing

/// What reviewers should not have to look for.
@Suite struct SourceTests {
    private static let longestFile = 400

    @Test func filesStayShort() throws {
        let files =
            try Repository.files(below: "Sources", extensions: ["swift", "js", "css", "html"])
            + Repository.files(below: "Tests") + Repository.files(below: "Plugins")
        for file in files {
            #expect(file.lines.count <= Self.longestFile, "\(file) has more than one subject, probably")
        }
    }

    @Test(arguments: ["TODO", "FIXME", "XXX"])
    func nothingIsLeftForLater(mark: String) throws {
        for file in try Repository.files(below: "Sources", extensions: ["swift", "js", "css", "html"]) {
            #expect(!file.lines.contains { $0.contains(mark) }, "\(file)")
        }
    }

    @Test(arguments: ["try!", "as!", "fatalError("])
    func sourcesDoWithout(word: String) throws {
        for file in try Repository.files(below: "Sources") {
            let found = Self.code(of: file).filter { $0.contains(word) }
            #expect(found == [], "\(file)")
        }
    }

    /// A promise that the compiler cannot check needs a sentence that proves it, on the lines before it.
    @Test(arguments: ["@unchecked Sendable", "nonisolated(unsafe)"])
    func uncheckedPromisesAreExplained(promise: String) throws {
        for file in try Repository.files(below: "Sources") {
            for (index, line) in file.lines.enumerated() where Self.withoutComment(line).contains(promise) {
                let before = file.lines[max(0, index - 3)...index]
                #expect(before.contains { $0.contains("//") }, "\(file):\(index + 1) says nothing of why it holds")
            }
        }
    }

    @Test func testsDoNotSleep() throws {
        // This file names the words; TestSupport waits for processes that are not its children.
        for file in try Repository.files(below: "Tests") where !["TidyTests", "TestSupport"].contains(file.target) {
            for word in ["Task.sleep", "Thread.sleep", "usleep("] {
                #expect(!file.lines.contains { $0.contains(word) }, "\(file): wait for the event instead")
            }
        }
    }

    private static func code(of file: Repository.File) -> [Substring] {
        file.lines.map(withoutComment)
    }

    private static func withoutComment(_ line: Substring) -> Substring {
        line.firstRange(of: "//").map { line[..<$0.lowerBound] } ?? line
    }
}
