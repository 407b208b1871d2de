import Testing

@testable import Platform

struct EntityTagTests {
    @Test(arguments: ["\"abc\"", "W/\"abc\"", "\"\"", "\"a,b c\"".replacing(" ", with: ""), "\"é\""])
    func readsWhatItWrites(text: String) {
        #expect(EntityTag(field: text)?.description == text)
    }

    @Test(arguments: ["", "abc", "\"abc", "abc\"", "\"", "w/\"abc\"", "\"a b\"", "\"a\"b\"", "W/", "\"a\", \"b\""])
    func refuses(text: String) {
        #expect(EntityTag(field: text) == nil)
    }

    /// RFC 9110 §8.8.3.2, the table.
    @Test(arguments: [
        ("W/\"1\"", "W/\"1\"", false, true), ("W/\"1\"", "W/\"2\"", false, false), ("W/\"1\"", "\"1\"", false, true),
        ("\"1\"", "\"1\"", true, true), ("\"1\"", "\"2\"", false, false),
    ])
    func compares(left: String, right: String, strongly: Bool, weakly: Bool) throws {
        let (left, right) = (try #require(EntityTag(field: left)), try #require(EntityTag(field: right)))
        #expect(left.matchesStrongly(right) == strongly && right.matchesStrongly(left) == strongly)
        #expect(left.matchesWeakly(right) == weakly && right.matchesWeakly(left) == weakly)
    }

    @Test func listsMayHaveCommasWithin() {
        let tags = EntityTag.list("\"a,b\" , W/\"c\",,\"d\"")
        #expect(tags == [EntityTag("a,b"), EntityTag("c", isWeak: true), EntityTag("d")])
        for broken in ["a", "\"a", "\"a\"\"b\"", "\"a\" b", "x\"a\""] { #expect(EntityTag.list(broken) == nil) }
    }
}
