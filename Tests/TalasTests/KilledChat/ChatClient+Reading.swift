import Foundation

extension ChatClient {
    /// Takes in one event.
    static func take(_ text: String, _ me: Int, _ state: inout State) throws {
        guard let event = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any],
            let type = event["type"] as? String, let data = event["data"] as? [String: Any]
        else { throw ConversationRecord.Violation(description: "no event") }
        switch type {
        case "ack": try acknowledge(data, &state)
        case "error": try refuse(data, &state)
        case "presence", "typing", "read", "now_playing", "notification", "left", "pong": break
        default:
            guard let place = place(data, me), state.records[place] != nil else {
                throw ConversationRecord.Violation(description: "an event of another place")
            }
            try take(type, data, place, &state)
        }
    }

    private static func take(_ type: String, _ data: [String: Any], _ place: Place, _ state: inout State) throws {
        let last = data["last_seq"] as? Int ?? 0
        let epoch = data["epoch"] as? Int ?? 0
        switch type {
        case "joined":
            state.isNew.remove(place)
            state.records[place]?.joined(at: last, epoch: epoch)
            // The epoch is the whole database's.
            for other in state.records.keys { state.records[other]?.know(epoch: epoch) }
        case "resumed":
            try state.records[place]?.resumed(to: last, isRoom: place.isRoom)
            state.counts["resumed", default: 0] += 1
            if let before = state.records[place]?.missingBelow { ask(for: place, before: before, &state) }
        case "reset":
            state.records[place]?.reset(to: last, epoch: epoch)
            state.counts["reset", default: 0] += 1
            ask(for: place, before: last + 1, &state)
        case "room_history", "dm_history":
            let page = (data["messages"] as? [[String: Any]] ?? []).compactMap { entry in
                message(entry).flatMap { message in (entry["seq"] as? Int).map { (seq: $0, message: message) } }
            }
            let next = try state.records[place]?.take(page: page, hasMore: data["has_more"] as? Bool == true)
            if let next { ask(for: place, before: next, &state) }
        default:
            guard let seq = data["seq"] as? Int else {
                throw ConversationRecord.Violation(description: "an event without a number")
            }
            state.counts["events", default: 0] += 1
            try state.records[place]?.take(seq, ["message", "dm"].contains(type) ? message(data) : nil)
        }
    }

    private static func ask(for place: Place, before seq: Int, _ state: inout State) {
        let (name, value) = place.member
        state.asked.append([
            "type": place.isRoom ? "room_history" : "dm_history", name: value, "limit": 100, "before_seq": max(1, seq),
        ])
    }

    private static func message(_ data: [String: Any]) -> ConversationRecord.Message? {
        guard let id = data["id"] as? Int, let from = data["from"] as? Int, let content = data["content"] as? String
        else { return nil }
        return .init(id: id, from: from, content: content)
    }

    private static func place(_ data: [String: Any], _ me: Int) -> Place? {
        if let room = data["room"] as? String { return .room(room) }
        if let group = data["group"] as? Int { return .group(group) }
        if let other = data["with"] as? Int { return .user(other) }
        guard let from = data["from"] as? Int, let to = data["to"] as? Int else { return nil }
        return .user(from == me ? to : from)
    }

    private static func acknowledge(_ data: [String: Any], _ state: inout State) throws {
        guard let name = data["client_id"] as? String, state.drafts[name] != nil, let id = data["id"] as? Int,
            let seq = data["seq"] as? Int
        else { throw ConversationRecord.Violation(description: "an ack of nothing that was sent") }
        let ack = Acknowledged(id: id, seq: seq)
        if let known = state.acknowledged[name], known != ack {
            throw ConversationRecord.Violation(description: "\(name) was acknowledged as \(known)")
        }
        state.acknowledged[name] = ack
        state.unacknowledged.remove(name)
    }

    /// What the server's own trouble is sent again.
    private static func refuse(_ data: [String: Any], _ state: inout State) throws {
        let code = data["code"] as? String ?? ""
        guard ["unavailable", "internal", "rate_limited"].contains(code) else {
            throw ConversationRecord.Violation(description: "refused")
        }
        state.counts[code, default: 0] += 1
        // What has no name of its own was asked for in coming: that is begun again.
        if data["client_id"] == nil { state.mustComeAgain = true }
    }
}
