import Foundation
import NIOCore
import Platform
import Synchronization

/// A socket as all threads see it: what is done with it is queued for its event loop, behind what was published before.
final class OpenSocket: Socket {
    let id: SocketID
    let userID: Int
    let credential: Credential
    /// When the token that opened it expires; nil for never.
    let expiresAt: Date?
    private let loop: SocketLoop
    private let current: Mutex<Caller>
    private let isEnding = Atomic(false)

    init(_ id: SocketID, _ caller: Caller, expiresAt: Date?, on loop: SocketLoop) {
        self.id = id
        userID = caller.userID
        credential = caller.credential
        self.expiresAt = expiresAt
        self.loop = loop
        current = Mutex(caller)
    }

    /// As the database had it when the account last changed.
    var caller: Caller { current.withLock { $0 } }

    func update(_ caller: Caller) { current.withLock { $0 = caller } }

    func send(_ text: ByteBuffer) { loop.post(.send(id, WireFrame.encoded(.text, text))) }

    /// Nothing more that it sent is to be done.
    var hasEnded: Bool { isEnding.load(ordering: .acquiring) }

    func end() { isEnding.store(true, ordering: .releasing) }

    func close(_ code: CloseCode, reason: String) {
        end()
        loop.post(.close(.one(id), code, reason))
    }
}
