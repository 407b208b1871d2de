import Foundation
import Platform
import Testing

@testable import API

struct ServerSentEventTests {
    @Test(arguments: [
        (ServerSentEvent(event: "a", data: "{}", id: nil), "event: a\ndata: {}\n\n"),
        (ServerSentEvent(event: "a", data: "{}", id: 7), "event: a\ndata: {}\nid: 7\n\n"),
        (ServerSentEvent(event: "a", data: "x\ny\r\nz", id: nil), "event: a\ndata: x\ndata: y\ndata: z\n\n"),
        (ServerSentEvent(event: "a", data: "", id: nil), "event: a\ndata: \n\n"),
    ])
    func writes(event: ServerSentEvent, text: String) {
        #expect(event.text == text)
    }

    @Test(arguments: [
        (nil, #"{"track_id":3}"#), ("40", #"{"progress":40,"track_id":3}"#),
        ("ready", #"{"status":"ready","track_id":3}"#),
        (#"a"b"#, #"{"status":"a\"b","track_id":3}"#),
    ])
    func tellsOfTracks(detail: String?, data: String) throws {
        let event = try ServerSentEvent(Event(.trackProgress, userID: 1, id: 3, detail: detail))
        #expect(event.event == "track_progress" && event.id == nil)
        #expect(event.data == data)
    }

    @Test func tellsOfNotifications() throws {
        let event = try ServerSentEvent(
            UserNotification(
                id: 9, kind: "track_ready", payload: .object(["track_id": .integer(3)]),
                createdAt: Date(timeIntervalSince1970: 1_705_314_600), readAt: nil))
        #expect(event.event == "notification" && event.id == 9)
        #expect(
            event.data
                == #"{"created_at":"2024-01-15T10:30:00Z","id":9,"kind":"track_ready","payload":{"track_id":3},"read_at":null}"#
        )
    }
}
