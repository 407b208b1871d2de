import NIOCore
import Platform

/// The text of what the server says: `{"type": …, "data": {…}}`.
enum Frame {
    static func text(_ type: String, _ data: JSONNode) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(256)
        JSONNode.members(["type": .text(type), "data": data]).write(into: &buffer)
        return buffer
    }

    static func error(_ problem: Problem, clientID: String?) -> ByteBuffer {
        text(
            "error",
            .members(["message": .text(problem.message), "code": .text(problem.code), "client_id": .text(clientID)]))
    }
}
