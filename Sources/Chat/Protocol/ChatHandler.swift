import Logging
import NIOCore
import Platform
import Postgres

/// Does what the frames of sockets ask for.
struct ChatHandler: SocketHandler {
    /// Of messages, and of commands of any kind.
    static let messagesPerWindow = 20
    static let commandsPerWindow = 200
    static let window = Duration.seconds(10)

    let chat: ChatServices
    private let messageLimit: RateLimiter
    private let commandLimit: RateLimiter

    init(chat: ChatServices, messagesPerWindow: Int = messagesPerWindow, commandsPerWindow: Int = commandsPerWindow) {
        self.chat = chat
        messageLimit = RateLimiter(messagesPerWindow, per: Self.window)
        commandLimit = RateLimiter(commandsPerWindow, per: Self.window)
    }

    func opened(_ socket: any Socket) async {
        let isFirst = chat.sockets.add(socket)
        if isFirst { chat.presence.came(socket.caller) }
        do {
            try await chat.delivery.open(socket)
        } catch {
            chat.logger.warning("A socket cannot be served", metadata: ["error": "\(error)"])
            socket.close(.tryAgainLater, reason: "The chat does not answer right now: come again and resume.")
        }
    }

    func closed(_ socket: any Socket) async {
        let removed = chat.sockets.remove(socket)
        chat.delivery.close(socket, rooms: removed.rooms)
        if removed.wasLast { chat.presence.left(socket.caller, heard: removed.rooms) }
    }

    func received(_ text: ByteBuffer, from socket: any Socket) async {
        let parsed = Command.parse(text)
        do {
            let user = socket.caller.userID
            if let seconds = commandLimit.secondsToWait(user) { throw Problem.rateLimited(seconds) }
            try await perform(try parsed.command.get(), for: socket)
        } catch let problem as Problem {
            socket.send(Frame.error(problem, clientID: parsed.clientID))
        } catch {
            chat.logger.warning("A command failed", metadata: ["error": "\(error)"])
            socket.send(Frame.error(.chatUnavailable, clientID: parsed.clientID))
        }
    }

    private func perform(_ command: Command, for socket: any Socket) async throws {
        switch command {
        case .ping(let nonce):
            socket.send(Frame.text("pong", .members(["nonce": nonce, "server_ms": .integer(chat.clock.milliseconds)])))
        case .message(let address, let draft): try await send(draft, to: address, for: socket)
        default:
            // Whatever does not decide in the database by itself asks who the caller is now. Histories take the event loop's time.
            try await withTaskExecutorPreference(globalConcurrentExecutor) {
                let caller = try await chat.neighbours.findCaller(socket.caller.userID, socket.caller.credential)
                try await perform(command, by: caller, for: socket)
            }
        }
    }

    private func perform(_ command: Command, by caller: Caller, for socket: any Socket) async throws {
        switch command {
        case .join(let name): try await join(name, by: caller, for: socket)
        case .leave(let address):
            chat.announcer.announce(try await chat.rooms.leave(address, by: caller))
            socket.send(Frame.text("left", .object([address.member])))
        case .history(let address, let limit, let before):
            try await sendHistory(address, limit: limit, before: before, by: caller, to: socket)
        case .resume(let address, let seq, let epoch):
            try await resume(address, after: seq, epoch: epoch, by: caller, for: socket)
        case .edit(let id, let text):
            try await tell(try await chat.changes.edit(id, text, by: caller), of: id, socket)
        case .delete(let id):
            try await tell(try await chat.changes.delete(id, by: caller, from: "websocket"), of: id, socket)
        case .react(let id, let emoji, let isAdded):
            try await tell(try await chat.changes.react(id, emoji, by: caller, isAdded: isAdded), of: id, socket)
        case .read(let address, let seq): try await chat.reading.read(address, upTo: seq, by: caller)
        case .typing(let address): try await chat.reading.typing(address, by: caller, from: socket)
        case .presence(let status): chat.presence.set(status, of: caller)
        case .message, .ping: break
        }
    }

    private func send(_ draft: Draft, to address: Address, for socket: any Socket) async throws {
        let caller = socket.caller
        if let seconds = messageLimit.secondsToWait(caller.userID) { throw Problem.rateLimited(seconds) }
        let sent = try await chat.metrics.measure { try await chat.sending.send(draft, to: address, by: caller) }
        socket.send(sent.acknowledgement)
        chat.tell(sent)
    }

    /// Tells all of an event, and this socket where it does not hear the room.
    private func tell(_ event: Committed?, of id: Int, _ socket: any Socket) async throws {
        guard let event else { return }
        chat.announcer.announce(event)
        guard event.recipients == nil, !chat.delivery.isSubscribed(socket.id, to: event.conversation) else { return }
        let events = try await chat.log.events(
            of: event.conversation, after: event.seq - 1, upTo: event.seq, limit: 1)
        for event in events { socket.send(event.frame(for: socket.caller.userID)) }
    }
}
