import NIOCore
import TestSupport
import Testing

@testable import Chat

struct MessageReaderTests {
    /// What comes of these bytes, in pieces.
    private static func events(_ pieces: [[UInt8]]) -> [MessageReader.Event] {
        var reader = MessageReader()
        var events: [MessageReader.Event] = []
        for piece in pieces {
            reader.append(ByteBuffer(bytes: piece))
            while let event = reader.next() { events.append(event) }
        }
        return events
    }

    private static func text(_ text: String) -> MessageReader.Event { .text(ByteBuffer(string: text)) }

    private static func code(_ bytes: [UInt8]...) -> CloseCode? {
        guard case .violated(let violation)? = events([bytes.flatMap(\.self)]).last else { return nil }
        return violation.code
    }

    @Test(arguments: [0, 1, 7, 8, 125, 126, 127, 65_535, 65_536])
    func readsMessagesOfAnyLength(count: Int) {
        let text = String(repeating: "x", count: count)
        #expect(Self.events([ClientFrame.text(text)]) == [Self.text(text)])
    }

    @Test func joinsPiecesWithPingsBetween() {
        let bytes =
            ClientFrame.text("He", isFinal: false) + ClientFrame.bytes(0x9, [1]) + ClientFrame.more("", isFinal: false)
            + ClientFrame.bytes(0xA) + ClientFrame.more("llo", isFinal: true) + ClientFrame.text("next")
        #expect(
            Self.events([bytes]) == [
                .ping(ByteBuffer(bytes: [1])), .pong, Self.text("Hello"), Self.text("next"),
            ])
    }

    @Test func joinsCharactersSplitBetweenPieces() {
        let bytes = Array("🎧".utf8)
        let frames =
            ClientFrame.bytes(0x1, Array(bytes[..<2]), isFinal: false) + ClientFrame.bytes(0x0, Array(bytes[2...]))
        #expect(Self.events([frames]) == [Self.text("🎧")])
    }

    @Test func refusesWhatTheProtocolForbids() {
        #expect(Self.code(ClientFrame.bytes(0x1, [0x61], isMasked: false)) == .protocolError)
        for reserved: UInt8 in [0x10, 0x20, 0x40] {
            #expect(Self.code(ClientFrame.bytes(0x1, [0x61], reserved: reserved)) == .protocolError)
        }
        for opcode: UInt8 in [3, 4, 5, 6, 7, 0xB, 0xC, 0xD, 0xE, 0xF] {
            #expect(Self.code(ClientFrame.bytes(opcode)) == .protocolError)
        }
        for opcode: UInt8 in [0x8, 0x9, 0xA] {
            #expect(Self.code(ClientFrame.bytes(opcode, isFinal: false)) == .protocolError)
            #expect(Self.code(ClientFrame.bytes(opcode, Array(repeating: 0x61, count: 126))) == .protocolError)
        }
        #expect(Self.code(ClientFrame.more("a", isFinal: true)) == .protocolError)
        #expect(Self.code(ClientFrame.text("a", isFinal: false), ClientFrame.text("b")) == .protocolError)
        #expect(Self.code(ClientFrame.bytes(0x1, [0x61], lengthBytes: 2)) == .protocolError)
        #expect(Self.code(ClientFrame.bytes(0x1, [0x61], lengthBytes: 8)) == .protocolError)
        #expect(Self.code(ClientFrame.bytes(0x1, Array(repeating: 0x61, count: 300), lengthBytes: 8)) == .protocolError)
    }

    @Test func refusesWhatIsTooMuchOrNoText() {
        #expect(Self.code(ClientFrame.bytes(0x2, [1])) == .unsupportedData)
        #expect(Self.code(ClientFrame.bytes(0x1, [0xFF])) == .invalidText)
        #expect(Self.code(ClientFrame.bytes(0x1, [0xC3])) == .invalidText)
        // From the head alone: nothing of such a frame is waited for.
        #expect(Self.code([0x81, 0xFF, 0, 0, 0, 0, 0, 1, 0, 1]) == .tooLarge)
        let half = String(repeating: "x", count: 40_000)
        #expect(Self.code(ClientFrame.text(half, isFinal: false), ClientFrame.more(half, isFinal: false)) == .tooLarge)
        var endless = ClientFrame.text("", isFinal: false)
        for _ in 0..<4_096 { endless += ClientFrame.more("", isFinal: false) }
        #expect(Self.code(endless) == .policyViolation)
    }

    @Test(arguments: [1000, 1001, 1002, 1003, 1007, 1011, 1014, 3000, 4401, 4999] as [UInt16])
    func takesCloseFrames(code: UInt16) throws {
        let events = Self.events([ClientFrame.close(code, Array("wë".utf8)), ClientFrame.text("behind it")])
        #expect(events.count == 1)
        guard case .closed(let frame)? = events.first else { throw TestFailure("\(events)") }
        #expect(frame.code == code)
    }

    @Test(arguments: [0, 999, 1004, 1005, 1006, 1015, 1016, 2000, 2999, 5000, 65_535] as [UInt16])
    func refusesCodesThatMeanNothing(code: UInt16) { #expect(Self.code(ClientFrame.close(code)) == .protocolError) }

    @Test func refusesOtherCloseFrames() {
        #expect(Self.events([ClientFrame.bytes(0x8)]).count == 1)
        #expect(Self.code(ClientFrame.bytes(0x8, [3])) == .protocolError)
        #expect(Self.code(ClientFrame.close(1000, [0xFF])) == .invalidText)
    }

    /// However the bytes are split on their way, the same comes of them.
    @Test func splitsChangeNothing() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix(state: seed)
        for _ in 0..<300 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...6, using: &random) { bytes += Self.randomFrames(using: &random) }
            if Int.random(in: 0..<3, using: &random) == 0 {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << Int.random(in: 0..<8, using: &random)
            }
            var pieces: [[UInt8]] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...40, using: &random))
                pieces.append(Array(piece))
                rest = rest.dropFirst(piece.count)
            }
            #expect(Self.events(pieces) == Self.events([bytes]), "seed \(seed)")
        }
    }

    private static func randomFrames(using random: inout SplitMix) -> [UInt8] {
        let text = String(
            repeating: ["a", "é", "🎧"].randomElement(using: &random) ?? "", count: .random(in: 0...90, using: &random))
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return ClientFrame.bytes(0x9, Array(text.utf8.prefix(100)))
        case 1:
            return ClientFrame.text(text, isFinal: false) + ClientFrame.bytes(0xA)
                + ClientFrame.more(text, isFinal: true)
        default: return ClientFrame.text(text)
        }
    }
}
