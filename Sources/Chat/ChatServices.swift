import Logging
import Platform
import Postgres

/// The parts of the chat, made once.
struct ChatServices: Sendable {
    let database: Database
    /// Waits until what was read is on the disk, so that nothing is told that a crash could take back.
    let settle: @Sendable () async throws -> Void
    let logger: Logger
    let neighbours: ChatNeighbours
    let fanout: any Fanout
    let log: EventLog
    let delivery: Delivery
    let announcer: Announcer
    let sockets = OpenSockets()
    let metrics = SendingMetrics()
    let presence: Presence
    let sending: MessageSending
    let changes: MessageChanges
    let rooms: RoomService
    let conversations: ConversationStore
    let reading: Reading
    let mentions: Mentions
    let listening: Listening
    let clock: SharedClock
    private let notifications: NotificationForwarding

    init(
        database: Database, commits: GroupCommit, events: EventBus, fanout: any Fanout, neighbours: ChatNeighbours,
        logger: Logger
    ) {
        self.database = database
        settle = { try await database.grouped.settle() }
        self.logger = logger
        self.neighbours = neighbours
        self.fanout = fanout
        log = EventLog(database: database)
        delivery = Delivery(fanout: fanout, log: log, logger: logger)
        listening = Listening(database: database)
        clock = SharedClock(database: database, logger: logger)
        announcer = Announcer(delivery: delivery, events: events, listening: listening)
        notifications = NotificationForwarding(
            fanout: fanout, events: events, find: neighbours.findNotification, logger: logger)
        presence = Presence(fanout: fanout, sockets: sockets, delivery: delivery)
        sending = MessageSending(commits: commits, mayShare: neighbours.mayShare)
        changes = MessageChanges(database: database, audit: neighbours.audit)
        rooms = RoomService(database: database, audit: neighbours.audit)
        conversations = ConversationStore(database: database)
        reading = Reading(database: database, fanout: fanout)
        mentions = Mentions(database: database, notify: neighbours.notify, logger: logger)
    }

    /// Tells of a message that was sent. Whoever stored one that is sent again may have died before it told of it.
    func tell(_ sent: SentMessage) {
        let recipients: [Int]? = if case .room = sent.place { nil } else { sent.recipients }
        announcer.announce(
            Committed(conversation: sent.conversation, seq: sent.message.seq, recipients: recipients),
            sent.isRepeated ? nil : sent.outgoing)
        guard !sent.isRepeated else { return }
        // Outlives the caller: the sender does not wait for notifications.
        Task { await mentions.tell(of: sent) }
    }
}
