import NIOCore
import Platform
import Testing

@testable import Chat

struct CommandTests {
    private func parse(_ text: String) -> Command.Parsed { Command.parse(ByteBuffer(string: text)) }

    @Test(arguments: [
        #"{"type": "join", "room": "general"}"#, #"{"type": "leave", "room": "general"}"#,
        #"{"type": "message", "room": "general", "content": "Hello everyone!"}"#,
        #"{"type": "dm", "to": 123, "content": "Hi there!"}"#, #"{"type": "dm", "group": 5, "content": "Hi!"}"#,
        #"{"type": "room_history", "room": "general", "limit": 50}"#,
        #"{"type": "dm_history", "with": 123, "limit": 50}"#,
        #"{"type": "resume", "room": "general", "after_seq": 0, "epoch": 1}"#,
        #"{"type": "edit", "id": 1, "content": "x"}"#, #"{"type": "delete", "id": 1}"#,
        #"{"type": "react", "id": 1, "emoji": "👍🏽"}"#, #"{"type": "unreact", "id": 1, "emoji": "thumbs_up"}"#,
        #"{"type": "read", "with": 2, "seq": 3}"#, #"{"type": "typing", "to": 2}"#,
        #"{"type": "presence", "status": "away"}"#, #"{"type": "ping"}"#, #"{"type": "ping", "nonce": "n"}"#,
        #"{"type": "message", "room": "r", "attachments": [{"type": "track", "id": 1}]}"#,
        #"{"type": "join", "room": "general", "more": {"is": ["ignored"]}}"#,
    ])
    func readsWhatIsInTheProtocol(text: String) throws { _ = try parse(text).command.get() }

    @Test(arguments: [
        ("nonsense", "invalid"), ("[]", "invalid"), ("{}", "invalid"), (#"{"type": 1}"#, "invalid"),
        (#"{"type": "shout"}"#, "unknown_type"), (#"{"type": "join"}"#, "invalid"),
        (#"{"type": "join", "room": 5}"#, "invalid"), (#"{"type": "join", "room": "a/b"}"#, "not_found"),
        (#"{"type": "message", "room": "r"}"#, "invalid"),
        (#"{"type": "message", "room": "r", "content": " \n "}"#, "invalid"),
        (#"{"type": "message", "room": "r", "content": "a\u0000b"}"#, "invalid"),
        (#"{"type": "message", "room": "r", "content": "x", "client_id": ""}"#, "invalid"),
        (#"{"type": "message", "room": "r", "content": "x", "client_id": 7}"#, "invalid"),
        (#"{"type": "message", "room": "r", "content": "x", "reply_to": 0}"#, "invalid"),
        (#"{"type": "message", "room": "r", "content": "x", "reply_to": "1"}"#, "invalid"),
        (#"{"type": "message", "room": "r", "content": "x", "attachments": [{"type": "tank", "id": 1}]}"#, "invalid"),
        (#"{"type": "message", "room": "r", "content": "x", "attachments": {}}"#, "invalid"),
        (#"{"type": "dm", "content": "x"}"#, "invalid"),
        (#"{"type": "dm", "to": 1, "group": 2, "content": "x"}"#, "invalid"),
        (#"{"type": "dm", "to": 1.5, "content": "x"}"#, "invalid"),
        (#"{"type": "room_history", "room": "r", "limit": 101}"#, "invalid"),
        (#"{"type": "room_history", "room": "r", "limit": 0}"#, "invalid"),
        (#"{"type": "resume", "room": "r", "after_seq": -1}"#, "invalid"),
        (#"{"type": "react", "id": 1, "emoji": "two words"}"#, "invalid"),
        (#"{"type": "react", "id": 1, "emoji": "👍👎"}"#, "invalid"),
        (#"{"type": "presence", "status": "asleep"}"#, "invalid"), (#"{"type": "ping", "nonce": {}}"#, "invalid"),
        (#"{"type": "read", "room": "r", "seq": true}"#, "invalid"),
    ])
    func refusesTheRest(text: String, code: String) {
        #expect(throws: Problem.self) { try parse(text).command.get() }
        if case .failure(let problem) = parse(text).command { #expect(problem.code == code, "\(problem.message)") }
    }

    @Test func aLongMessageIsRefusedAndNamesItself() {
        let long = String(repeating: "é", count: 4_000)
        #expect(throws: Never.self) {
            try parse(#"{"type": "message", "room": "r", "content": "\#(long)"}"#).command.get()
        }
        let parsed = parse(#"{"type": "message", "room": "r", "content": "\#(long)x", "client_id": "mine"}"#)
        #expect(throws: Problem.self) { try parsed.command.get() }
        #expect(parsed.clientID == "mine")
    }
}
