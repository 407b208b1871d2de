/// Something that happened, as ids: whoever cares reads the rest from the database.
package struct Event: Codable, Hashable, Sendable {
    /// What kinds of things are told.
    package enum Topic: String, Codable, Sendable {
        /// A session ended; `id` is the session's.
        case sessionEnded = "session_ended"
        /// A personal access token ended; `id` is the token's.
        case tokenEnded = "token_ended"
        /// An account's role or status changed; `id` is the account's.
        case accountChanged = "account_changed"
        /// A track was changed, deleted or hidden; `id` is the track's.
        case trackChanged = "track_changed"
        /// Ingest went on; `id` is the track's, `detail` the percentage or the new status.
        case trackProgress = "track_progress"
        /// A notification was stored; `id` is its own.
        case notification
        /// Something is in the ingest queue; `id` is the job's.
        case ingestQueued = "ingest_queued"
        /// Renditions are made by codecs that do otherwise from now on; `detail` is what these do.
        case mediaAdopted = "media_adopted"
        /// A conversation went on; `id` is the conversation's, `detail` the number of its newest event and, outside of
        /// rooms, whom it concerns; or `gone` and the name of a room that was deleted.
        case chatEvent = "chat_event"

        /// Only observers hear of it: there are so many that a subscriber would fall behind.
        var isForObservers: Bool { self == .chatEvent }
        /// There is one for each message.
        var isFrequent: Bool { self == .chatEvent }
    }

    package let topic: Topic
    /// Whom it concerns; nil for everybody.
    package let userID: Int?
    package let id: Int
    /// At most 200 characters.
    package let detail: String?

    package init(_ topic: Topic, userID: Int? = nil, id: Int, detail: String? = nil) {
        self.topic = topic
        self.userID = userID
        self.id = id
        self.detail = detail.map { String($0.prefix(200)) }
    }
}
