package import NIOCore

/// Answers that are in memory and whose permission is known: given on the event loop, ahead of the asynchronous chain.
///
/// A request that is not answered here goes the usual way, which has to give the same answer, only later.
package protocol HotAnswers: Sendable {
    /// What answers the requests of one connection.
    func connection() -> any HotConnection
}

/// Answers requests of one connection, always on its event loop; may remember what it looked up for the last one.
package protocol HotConnection: AnyObject {
    /// An answer, at once; nil lets the request go the usual way. Must not wait for anything.
    func answer(_ request: HotRequest) -> HotAnswer?

    /// The client has not taken all answers given so far: they last, and are to be ended when their permission ends.
    /// May be called again for further ones.
    func answersWait(on channel: any Channel)

    /// All answers given so far are out, or the connection is closed.
    func answersAreOut()
}

/// A GET or HEAD without a body, conditions, credentials in a header, or anything else that wants a closer look.
package struct HotRequest {
    /// Path and query, as they were sent.
    package let target: String
    package let isHead: Bool
    /// The `Range` field of a GET.
    package let range: String?
    package let accept: String?
    /// The client's name for the request, if it sent a sane one.
    let id: String?

    package init(target: String, isHead: Bool, range: String? = nil, accept: String? = nil) {
        self.init(target: target, isHead: isHead, range: range, accept: accept, id: nil)
    }

    init(target: String, isHead: Bool, range: String?, accept: String?, id: String?) {
        self.target = target
        self.isHead = isHead
        self.range = isHead ? nil : range
        self.accept = accept
        self.id = id
    }
}

/// An answer 200, or 206 with one range.
package struct HotAnswer {
    /// For metrics.
    package let route: HotRoute
    /// Header fields that every such answer has, each line with its end.
    package let fields: ByteBuffer
    /// Bytes of the whole.
    package let size: Int64
    /// What of it is sent, with status 206; nil for the whole.
    package let slice: Range<Int64>?
    /// The bytes, in order; none for HEAD.
    package let body: [ByteBuffer]

    package init(route: HotRoute, fields: ByteBuffer, size: Int64, slice: Range<Int64>?, body: [ByteBuffer]) {
        self.route = route
        self.fields = fields
        self.size = size
        self.slice = slice
        self.body = body
    }

    var status: Int { slice == nil ? 200 : 206 }
}
