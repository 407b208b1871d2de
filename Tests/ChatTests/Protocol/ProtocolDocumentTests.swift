import Foundation
import NIOCore
import Platform
import Testing

@testable import Chat

/// docs/chat-protocol.md shows what the code reads and writes.
struct ProtocolDocumentTests {
    private static let document: String? = try? String(
        contentsOf: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/chat-protocol.md"),
        encoding: .utf8)

    /// The examples in the document's JSON blocks, one a line.
    private static func examples() throws -> [String] {
        try #require(document).components(separatedBy: "```json\n").dropFirst().flatMap { block in
            block.components(separatedBy: "```").first?.split(separator: "\n").map(String.init) ?? []
        }
    }

    @Test func everyCommandHasAnExampleThatIsRead() throws {
        var shown: Set<String> = []
        for example in try Self.examples() where !example.contains(#""data""#) {
            _ = try Command.parse(ByteBuffer(string: example)).command.get()
            if case .text(let type)? = JSONNode(parsing: example)?["type"] { shown.insert(type) }
        }
        #expect(shown == Set(Command.types))
    }

    @Test(arguments: events)
    func everyEventIsShownAsItIsWritten(event: String) throws {
        #expect(try Self.examples().contains(event), "docs/chat-protocol.md has no line\n\(event)")
    }

    @Test func nothingElseIsShown() throws {
        for example in try Self.examples() where example.contains(#""data""#) {
            #expect(Self.events.contains(example), "the code does not write\n\(example)")
        }
    }

    // MARK: What the code writes

    private static let time = Date(timeIntervalSince1970: 1_705_329_000)
    private static let ann = Caller(
        userID: 1, username: "john_doe", role: .user, status: .active, credential: .session(1))

    private static func message(_ id: Int, seq: Int, _ content: String) -> Message {
        Message(
            id: id, seq: seq, from: 1, username: "john_doe", content: content, timestamp: time, clientID: "a1",
            replyTo: nil, attachments: [])
    }

    private static var edited: Message {
        var message = message(123, seq: 42, "Hello all!")
        message.editedAt = time.addingTimeInterval(60)
        return message
    }

    private static func event(
        _ kind: LogEvent.Kind, seq: Int, _ place: Place = .room("general"), _ message: Message? = nil,
        _ detail: JSONNode = .object([]), recipients: [Int] = []
    ) -> [String] {
        LogEvent(
            seq: seq, kind: kind, place: place, actorID: 1, message: message, detail: detail, recipients: recipients
        ).outgoing.frames.map { String(buffer: $0.text) }
    }

    private static func frame(_ type: String, _ data: KeyValuePairs<String, JSONNode?>) -> String {
        String(buffer: Frame.text(type, .members(data)))
    }

    static let events = messages + changes + answers + signals

    private static let messages =
        event(.message, seq: 42, .room("general"), message(123, seq: 42, "Hello everyone!"))
        + event(.message, seq: 7, .direct(1, 123), message(124, seq: 7, "Hi there!"), recipients: [1, 123])
        + event(.message, seq: 3, .group(9), message(125, seq: 3, "Hi both!"), recipients: [1, 2, 3])

    private static var changes: [String] {
        let gone = message(123, seq: 42, "")
        let reaction: JSONNode = .members([
            "emoji": .text("👍"), "user_id": .integer(1), "username": .text("john_doe"), "added": .bool(true),
        ])
        let room: JSONNode = .members([
            "name": .text("lounge"), "old_name": .text("general"), "description": .text("Talk"),
            "is_private": .bool(false), "slow_mode_seconds": .integer(0),
        ])
        var events = event(.edited, seq: 43, .room("general"), edited)
        events += event(.deleted, seq: 44, .room("general"), gone)
        events += event(.reaction, seq: 45, .room("general"), gone, reaction)
        events += event(.membership, seq: 46, .room("general"), nil, .membership(2, "jane_smith", "kicked"))
        events += event(.pin, seq: 47, .room("general"), gone, .members(["pinned": .bool(true)]))
        events += event(.roomUpdated, seq: 48, .room("lounge"), nil, room)
        return events
    }

    private static var answers: [String] {
        let hello = message(123, seq: 42, "Hello everyone!")
        let sent = SentMessage(
            conversation: 1, place: .room("general"), message: hello, recipients: [], isRepeated: false)
        let epoch = JSONNode.integer(1_705_329_000_123)
        let general = JSONNode.text("general")
        return [
            String(buffer: sent.acknowledgement), String(buffer: Frame.error(.notJoined, clientID: "a1")),
            String(buffer: Frame.error(.noSuchRoom, clientID: nil)),
            frame("joined", ["room": general, "status": .text("ok"), "epoch": epoch, "last_seq": .integer(41)]),
            frame("left", ["room": general]),
            frame("room_history", ["room": general, "messages": .list([hello.node(nil)]), "has_more": .bool(false)]),
            frame(
                "dm_history",
                [
                    "with": .integer(123), "messages": .list([message(124, seq: 7, "Hi there!").node(nil)]),
                    "has_more": .bool(false),
                ]),
            frame("resumed", ["room": general, "last_seq": .integer(42)]),
            frame("reset", ["room": general, "epoch": epoch, "last_seq": .integer(42)]),
        ]
    }

    private static var signals: [String] {
        let general = JSONNode.text("general")
        let playing = NowPlaying(
            trackID: 5, positionMilliseconds: 61_500, isPaused: false, atMilliseconds: 1_705_329_000_123, startedBy: 1)
        return [
            frame("read", ["room": general, "user_id": .integer(1), "seq": .integer(42)]),
            frame("typing", ["room": general, "user_id": .integer(1), "username": .text("john_doe")]),
            String(buffer: Presence.frame(ann, .away)),
            frame("pong", ["nonce": .text("n1"), "server_ms": .integer(1_705_329_000_123)]),
            frame(
                "notification",
                [
                    "id": .integer(5), "kind": .text("mention"),
                    "payload": .members(["room": general, "message_id": .integer(123), "username": .text("john_doe")]),
                    "created_at": .time(time), "read_at": .null,
                ]),
            String(buffer: Frame.text("now_playing", playing.node(room: "general"))),
        ]
    }
}
