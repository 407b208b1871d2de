import Foundation
import Hummingbird
import Platform

extension AppContext {
    /// The name of a room in the path, percent-encoded there.
    func roomName() throws(Problem) -> RoomName {
        guard let text = parameters.get("room"), let decoded = text.removingPercentEncoding else { throw .noSuchRoom }
        return try RoomName(asked: decoded)
    }

    /// The id of an account in the path; no number beyond 32 bits is one.
    func userParameter(_ name: String = "user_id") throws(Problem) -> Int {
        guard let text = parameters.get(name), let id = Int32(text), id > 0 else { throw .noSuchUser }
        return Int(id)
    }
}

/// Which part of a conversation is asked for: the newest `limit` messages before an id or a time.
struct HistoryRequest: Sendable {
    let limit: Int
    let beforeID: Int?
    let beforeTime: Date?

    init(_ request: Request) throws(Problem) {
        limit = try request.queryInteger("limit", in: 1...100) ?? 50
        guard let text = request.query("before") else {
            (beforeID, beforeTime) = (nil, nil)
            return
        }
        beforeID = Int(text)
        // A `+` that was not percent-encoded arrives as a space.
        let time = text.replacing(" ", with: "+")
        beforeTime =
            beforeID == nil
            ? (try? Date.ISO8601FormatStyle().parse(time))
                ?? (try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(time)) : nil
        guard beforeID != nil || beforeTime != nil else {
            throw .invalid(["before": "must be an id or an RFC 3339 time"])
        }
    }
}
