import Foundation
import Testing

@testable import Platform

struct RangeSelectionTests {
    private static let selections: [(String?, RangeSelection)] = [
        (nil, .whole),
        // One slice (RFC 9110 §14.1.2).
        ("bytes=0-99", .slices([0..<100])), ("bytes=500-999", .slices([500..<1_000])), ("bytes=0-0", .slices([0..<1])),
        ("bytes=999-", .slices([999..<1_000])), ("bytes=0-", .slices([0..<1_000])),
        ("bytes=-500", .slices([500..<1_000])), ("bytes=-1", .slices([999..<1_000])),
        ("bytes=-5000", .slices([0..<1_000])), ("bytes=900-5000", .slices([900..<1_000])),
        ("bytes=0-99999999999999999999999", .slices([0..<1_000])), ("bytes=007-08", .slices([7..<9])),
        // Spaces, empty elements and case do not matter.
        ("BYTES=0-99", .slices([0..<100])), (" bytes=0-99 ", .slices([0..<100])),
        ("bytes= 0-99 ,\t, 200-299 ,", .slices([0..<100, 200..<300])), ("bytes=,0-0", .slices([0..<1])),
        // Several, in the order asked for; those that do not exist are left out.
        ("bytes=500-599,0-99,-100", .slices([500..<600, 0..<100, 900..<1_000])),
        ("bytes=0-99,100-199", .slices([0..<100, 100..<200])), ("bytes=0-0,1000-,-0", .slices([0..<1])),
        // None of it exists.
        ("bytes=1000-", .unsatisfiable), ("bytes=1000-2000", .unsatisfiable), ("bytes=-0", .unsatisfiable),
        ("bytes=99999999999999999999999-", .unsatisfiable), ("bytes=1000-,2000-,-0", .unsatisfiable),
        // Overlapping.
        ("bytes=0-99,99-199", .unsatisfiable), ("bytes=-1,0-", .unsatisfiable), ("bytes=5-5,5-5", .unsatisfiable),
        ("bytes=900-,-200", .unsatisfiable), ("bytes=0-500,100-200", .unsatisfiable),
        // Other units, and what is no range at all, are ignored.
        ("items=0-99", .whole), ("bytes", .whole), ("bytes=", .whole), ("bytes=,", .whole), ("bytes=-", .whole),
        ("bytes=99-0", .whole), ("bytes=0-99,99-0", .whole), ("bytes=a-b", .whole), ("bytes=0-99;1-2", .whole),
        ("bytes=+1-2", .whole), ("bytes=--1", .whole), ("bytes=1--2", .whole), ("bytes=0x1-2", .whole),
        ("bytes=1 - 2", .whole), ("bytes =0-1", .whole), ("bytes=0-1-2", .whole), ("bytes=٠-٩", .whole), ("", .whole),
    ]

    @Test(arguments: selections)
    func selects(range: String?, expected: RangeSelection) {
        #expect(RangeSelection.select(range: range, size: 1_000) == expected)
    }

    @Test func sixteenAreEnough() {
        func ranges(_ count: Int64) -> String {
            let texts: [String] = (0..<count).map { index in "\(2 * index)-\(2 * index)" }
            return "bytes=" + texts.joined(separator: ",")
        }
        let sixteen: [Range<Int64>] = (0..<16).map { (index: Int64) in 2 * index..<2 * index + 1 }
        #expect(RangeSelection.select(range: ranges(16), size: 1_000) == .slices(sixteen))
        #expect(RangeSelection.select(range: ranges(17), size: 1_000) == .unsatisfiable)
        // Longer than any honest field: ignored without reading it.
        #expect(RangeSelection.select(range: ranges(10_000), size: 100_000) == .whole)
    }

    @Test func nothingHasNoFirstByte() {
        #expect(RangeSelection.select(range: "bytes=0-", size: 0) == .unsatisfiable)
        #expect(RangeSelection.select(range: "bytes=-5", size: 0) == .whole)
        #expect(RangeSelection.select(range: "bytes=-0", size: 0) == .unsatisfiable)
        #expect(RangeSelection.select(range: nil, size: 0) == .whole)
    }

    private static let conditions: [(String, Bool)] = [
        ("\"v1\"", true), (" \"v1\" ", true), ("\"v2\"", false), ("W/\"v1\"", false), ("v1", false), ("", false),
        ("\"v1\", \"v2\"", false), ("*", false),
        ("Sun, 06 Nov 1994 08:49:37 GMT", true), ("Sunday, 06-Nov-94 08:49:37 GMT", true),
        ("Sun Nov  6 08:49:37 1994", true), ("Sun, 06 Nov 1994 08:49:36 GMT", false),
        ("Sun, 06 Nov 1994 08:49:38 GMT", false),
    ]

    @Test(arguments: conditions)
    func ifRangeWantsExactlyTheSame(ifRange: String, isCurrent: Bool) {
        let selection = RangeSelection.select(
            range: "bytes=0-9", ifRange: ifRange, etag: "\"v1\"",
            lastModified: Date(timeIntervalSince1970: 784_111_777.9), size: 1_000)
        #expect(selection == (isCurrent ? .slices([0..<10]) : .whole))
    }

    @Test func ifRangeWithoutValidatorsIsNotCurrent() {
        for ifRange in ["\"v1\"", "Sun, 06 Nov 1994 08:49:37 GMT"] {
            #expect(RangeSelection.select(range: "bytes=0-9", ifRange: ifRange, size: 1_000) == .whole)
        }
        // Weak tags never are the same bytes; and a stale condition comes before an unsatisfiable range.
        #expect(
            RangeSelection.select(range: "bytes=0-9", ifRange: "W/\"v1\"", etag: "W/\"v1\"", size: 1_000) == .whole)
        #expect(RangeSelection.select(range: "bytes=5000-", ifRange: "\"v2\"", etag: "\"v1\"", size: 1_000) == .whole)
    }

    @Test func contentRangeCountsFromZeroToLast() {
        #expect(RangeSelection.contentRange(0..<100, size: 1_000) == "bytes 0-99/1000")
        #expect(RangeSelection.unsatisfiedContentRange(size: 1_000) == "bytes */1000")
    }

    /// Ranges by chance against the definition, byte by byte.
    @Test(arguments: 0..<20)
    func agreesWithTheDefinition(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let size = Int64.random(in: 0...30, using: &generator)
            var wanted: [[Int64]] = []
            let texts = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
                let first = Int64.random(in: 0...35, using: &generator)
                let last = Int64.random(in: first...40, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0:
                    wanted.append((first...last).filter { $0 < size })
                    return "\(first)-\(last)"
                case 1:
                    wanted.append((0..<max(size, 0)).filter { $0 >= first })
                    return "\(first)-"
                default:
                    wanted.append((0..<max(size, 0)).filter { $0 >= size - first })
                    return "-\(first)"
                }
            }
            let isEmptySuffix = size == 0 && texts.contains { $0.hasPrefix("-") && $0 != "-0" }
            let all = wanted.flatMap(\.self)
            let expected: [[Int64]]? = all.isEmpty || Set(all).count < all.count ? nil : wanted.filter { !$0.isEmpty }
            switch RangeSelection.select(range: "bytes=" + texts.joined(separator: ","), size: size) {
            case .slices(let slices): #expect(slices.map(Array.init) == expected, "seed \(seed): \(texts) of \(size)")
            case .unsatisfiable: #expect(expected == nil && !isEmptySuffix, "seed \(seed): \(texts) of \(size)")
            case .whole: #expect(isEmptySuffix, "seed \(seed): \(texts) of \(size)")
            }
        }
    }
}
