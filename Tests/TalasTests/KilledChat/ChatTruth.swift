import Postgres
import Synchronization
import TestSupport

/// What the database has of all conversations.
struct ChatTruth: Sendable {
    private struct Stored {
        let seq: Int
        let message: ConversationRecord.Message
        let clientID: String?
    }

    /// Conversations by their room's name, the ids of two people or their own number.
    private struct Key: Hashable {
        let text: String

        init(_ place: ChatClient.Place, of user: Int) {
            text =
                switch place {
                case .room(let name): "room \(name)"
                case .user(let other): "\(min(user, other))-\(max(user, other))"
                case .group(let id): "group \(id)"
                }
        }

        init(text: String) { self.text = text }
    }

    private var last: [Key: Int] = [:]
    private var messages: [Key: [Stored]] = [:]

    var messageCount: Int { messages.values.reduce(0) { $0 + $1.count } }

    init(_ database: Database) async throws {
        let name = """
            coalesce('room ' || r.name, d.low_user_id || '-' || d.high_user_id, 'group ' || c.id) AS place
            FROM conversations c LEFT JOIN rooms r ON r.conversation_id = c.id
            LEFT JOIN direct_conversations d ON d.conversation_id = c.id
            """
        let ends = try await database.rows("SELECT c.last_seq, \(name)") { row throws(PostgresError) in
            (try row.decode("place", as: String.self), try row.decode("last_seq", as: Int.self))
        }
        for (place, seq) in ends { last[Key(text: place)] = seq }
        let stored = try await database.pooled.rows(
            "SELECT m.id, m.seq, m.from_user, m.content, m.client_id, \(name) JOIN messages m ON m.conversation_id = c.id"
        ) { row throws(PostgresError) in
            (
                try row.decode("place", as: String.self),
                Stored(
                    seq: try row.decode("seq"),
                    message: .init(
                        id: try row.decode("id"), from: try row.decode("from_user"), content: try row.decode("content")),
                    clientID: try row.decode("client_id"))
            )
        }
        for (place, message) in stored { messages[Key(text: place), default: []].append(message) }
    }

    /// Whether a client knows of everything.
    func isReached(by client: ChatClient) -> Bool {
        let records = client.state.withLock(\.records)
        return records.allSatisfy { place, record in
            record.last >= last[Key(place, of: client.account.id)] ?? 0 && record.missingBelow == nil
        }
    }

    /// How what a client has differs from it.
    func differences(from client: ChatClient) -> [String] {
        let state = client.state.withLock { $0 }
        let name = client.account.username
        var found: [String] = []
        for (place, record) in state.records {
            let all = messages[Key(place, of: client.account.id)] ?? []
            let own = Dictionary(
                uniqueKeysWithValues: all.filter { $0.seq > record.first }.map { ($0.seq, $0.message) })
            if record.messages != own {
                let keys = Set(own.keys).union(record.messages.keys).filter { own[$0] != record.messages[$0] }
                found.append("\(name) has another log of \(place), at \(keys.sorted().prefix(10))")
            }
            for stored in all where stored.message.from == client.account.id {
                guard let clientID = stored.clientID,
                    state.acknowledged[clientID] == .init(id: stored.message.id, seq: stored.seq),
                    state.drafts[clientID]?.content == stored.message.content
                else {
                    found.append("\(name)'s message \(stored) was acknowledged otherwise")
                    continue
                }
            }
        }
        return found
    }
}
