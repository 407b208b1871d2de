import Foundation
import Postgres
import Synchronization

/// A message to a room, as the database is asked to store it.
struct RoomMessage: Sendable {
    let room: RoomName
    let sender: Int
    let text: String
    let clientID: String?
    let replyTo: Int?
    /// JSON; nil where there are none.
    let attachments: String?
}

/// Sends messages to rooms in groups, one statement each: while one group is being stored the next gathers, so the more is sent the
/// less a message costs, and nobody waits for a timer. Several groups become durable together.
final class MessageGroups: Sendable {
    /// What became of a message that was sent.
    struct Sent: Sendable {
        let place: Int
        let room: String
        let id: Int
        let seq: Int
        let sentAt: Date
    }

    /// Messages in one statement.
    private static let maximumMessages = 128

    private typealias Outcome = Result<Sent?, PostgresError>

    private struct Waiting {
        let message: RoomMessage
        let continuation: UnsafeContinuation<Outcome, Never>
    }

    private struct State {
        /// Bounded by what the senders' sockets and requests are: each waits for its answer.
        var waiting: [Waiting] = []
        var isStoring = false
    }

    private let commits: GroupCommit
    private let state = Mutex(State())

    init(commits: GroupCommit) { self.commits = commits }

    /// Nil where it was not sent, for a reason that sending it by itself will tell.
    func send(_ message: RoomMessage) async throws(PostgresError) -> Sent? {
        let outcome = await withUnsafeContinuation { continuation in
            let isFirst = state.withLock { state in
                state.waiting.append(Waiting(message: message, continuation: continuation))
                defer { state.isStoring = true }
                return !state.isStoring
            }
            // Lives as long as there is something to send, whoever asked first.
            if isFirst { Task { await work() } }
        }
        return try outcome.get()
    }

    private func work() async {
        while let group = next() {
            do throws(PostgresError) {
                let stored = try await commits.execute(try Self.statement(group.map(\.message)))
                var sent = [Sent?](repeating: nil, count: group.count)
                for row in try stored.result.map(StoredRow.init(row:)) where sent.indices.contains(row.index) {
                    sent[row.index] = row.sent
                }
                // The next group is stored meanwhile.
                Task { [sent] in await answer(group, sent, when: stored) }
            } catch {
                // A statement that the server refused has changed nothing: each message is tried by itself.
                for waiting in group {
                    waiting.continuation.resume(returning: error.wasRolledBack ? .success(nil) : .failure(error))
                }
            }
        }
    }

    private func answer(_ group: [Waiting], _ sent: [Sent?], when stored: GroupCommit.Executed) async {
        do throws(PostgresError) {
            try await commits.makeDurable(stored)
            for (waiting, sent) in zip(group, sent) { waiting.continuation.resume(returning: .success(sent)) }
        } catch {
            for waiting in group { waiting.continuation.resume(returning: .failure(error)) }
        }
    }

    /// Who gathered; nil where nobody did.
    private func next() -> [Waiting]? {
        state.withLock { state in
            state.isStoring = !state.waiting.isEmpty
            guard state.isStoring else { return nil }
            let group = Array(state.waiting.prefix(Self.maximumMessages))
            state.waiting.removeFirst(group.count)
            return group
        }
    }

    private static func statement(_ messages: [RoomMessage]) throws(PostgresError) -> Statement {
        guard messages.count > 1 else { return try statement(messages[0]) }
        return try Statement(
            """
            SELECT * FROM send_room_messages($1::text[], $2::int[], $3::text[], $4::text[], $5::bigint[], $6::text[])
            """,
            [
                messages.map(\.room.folded), messages.map(\.sender), messages.map(\.text),
                messages.map { $0.clientID ?? "" }, messages.map { $0.replyTo ?? 0 },
                messages.map { $0.attachments ?? "" },
            ])
    }

    /// One alone costs less without arrays.
    private static func statement(_ message: RoomMessage) throws(PostgresError) -> Statement {
        try Statement(
            """
            SELECT 1::bigint, r.conversation_id, r.name, s.message_id, s.message_seq, s.sent_at
            FROM rooms r, send_message($2, r.conversation_id, $3, $4, $5, $6::jsonb) s
            WHERE r.folded_name = $1 AND s.outcome = 'sent'
            """,
            [
                message.room.folded, message.sender, message.text, message.clientID, message.replyTo,
                message.attachments,
            ])
    }

    private struct StoredRow {
        let index: Int
        let sent: Sent

        @Sendable init(row: Row) throws(PostgresError) {
            index = try row.decode(0) - 1
            sent = Sent(
                place: try row.decode(1), room: try row.decode(2), id: try row.decode(3), seq: try row.decode(4),
                sentAt: try row.decode(5))
        }
    }
}

extension PostgresError {
    /// The server said so, and goes on.
    fileprivate var wasRolledBack: Bool { sqlState != nil && code != .connectionLost && code != .unavailable }
}
