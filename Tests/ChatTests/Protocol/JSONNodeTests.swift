import Foundation
import NIOCore
import TestSupport
import Testing

@testable import Chat

struct JSONNodeTests {
    /// What is written reads back, by Foundation's reader.
    @Test(arguments: 0..<50 as Range<UInt64>)
    func writesJSON(seed: UInt64) {
        var dice = SplitMix(state: seed)
        let node = JSONNode.members(["value": Self.node(&dice, depth: 3)])
        var buffer = ByteBuffer()
        node.write(into: &buffer)
        let read = JSONNode(parsing: String(buffer: buffer))
        #expect(read == node, "seed \(seed)")
    }

    @Test func keepsOrderAndEscapes() {
        var buffer = ByteBuffer()
        JSONNode.members([
            "b": .text("\"\\/\n\u{1}é👍"), "a": .integer(-1), "none": nil, "null": .null, "list": .list([.bool(true)]),
        ])
        .write(into: &buffer)
        #expect(String(buffer: buffer) == #"{"b":"\"\\/\n\u0001é👍","a":-1,"null":null,"list":[true]}"#)
    }

    private static func node(_ dice: inout SplitMix, depth: Int) -> JSONNode {
        switch Int.random(in: 0..<(depth > 0 ? 6 : 4), using: &dice) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &dice))
        case 2: return .integer(Int.random(in: -1_000_000...1_000_000, using: &dice))
        case 3:
            let scalars = (0..<Int.random(in: 0...8, using: &dice)).compactMap { _ in
                Unicode.Scalar(UInt32.random(in: 0...0x2FF, using: &dice))
            }
            return .text(String(String.UnicodeScalarView(scalars)))
        case 4: return .list((0..<3).map { _ in node(&dice, depth: depth - 1) })
        default: return .object((0..<3).map { .init("m\($0)", node(&dice, depth: depth - 1)) })
        }
    }
}
