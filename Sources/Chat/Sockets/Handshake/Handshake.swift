import Crypto
import Foundation
import HTTPTypes
import NIOHTTP1
import Platform

/// The opening handshake (RFC 6455 §4.2): what a request has to be, and what answers it.
enum Handshake {
    /// The one version of the protocol there is.
    private static let version = "13"
    /// The subprotocol of this chat.
    static let subprotocol = "talas"
    private static let identifier = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

    /// The key that a request shows; throws where it is no handshake.
    static func key(of head: HTTPRequestHead) throws(Problem) -> String {
        guard head.method == .GET else {
            throw Problem(
                .methodNotAllowed, code: "method_not_allowed", "A WebSocket is opened by GET.",
                headers: [.allow: "GET"])
        }
        guard head.version == .http1_1, names("websocket", in: head.headers["upgrade"]),
            names("upgrade", in: head.headers["connection"])
        else { throw upgradeRequired("This address speaks WebSocket only.") }
        guard head.headers["sec-websocket-version"].map(trimmed) == [version] else {
            throw upgradeRequired("This server speaks version \(version) of WebSocket only.")
        }
        let keys = head.headers["sec-websocket-key"].map(trimmed)
        guard keys.count == 1, let bytes = Data(base64Encoded: keys[0]), bytes.count == 16 else {
            throw Problem(
                .badRequest, code: "bad_request", "Sec-WebSocket-Key has to be 16 bytes in base64, once.")
        }
        guard !head.headers.contains(name: "transfer-encoding"),
            head.headers["content-length"].allSatisfy({ trimmed($0) == "0" })
        else { throw Problem(.badRequest, code: "bad_request", "A handshake has no body.") }
        return keys[0]
    }

    /// What shows that the key was read (§4.2.2).
    static func accept(_ key: String) -> String {
        Data(Insecure.SHA1.hash(data: Data((key + identifier).utf8))).base64EncodedString()
    }

    /// Fields of the answer 101.
    static func answer(to head: HTTPRequestHead, key: String) -> HTTPHeaders {
        var headers: HTTPHeaders = [
            "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": accept(key),
        ]
        if offered(head).contains(subprotocol) { headers.add(name: "Sec-WebSocket-Protocol", value: subprotocol) }
        return headers
    }

    /// The token that a request shows: in `Authorization`, behind `talas` in `Sec-WebSocket-Protocol`, or in the query,
    /// in this order.
    static func token(in head: HTTPRequestHead) -> String? {
        if let authorization = head.headers.first(name: "authorization") {
            let parts = authorization.split(separator: " ", maxSplits: 1)
            return parts.count == 2 && parts[0].lowercased() == "bearer" ? trimmed(String(parts[1])) : nil
        }
        let offered = offered(head)
        if offered.count == 2, offered[0] == subprotocol { return offered[1] }
        guard let query = head.uri.firstIndex(of: "?") else { return nil }
        for parameter in head.uri[query...].dropFirst().split(separator: "&") where parameter.hasPrefix("token=") {
            return parameter.dropFirst("token=".count).removingPercentEncoding
        }
        return nil
    }

    /// The subprotocols that a client offers, in its order.
    private static func offered(_ head: HTTPRequestHead) -> [String] {
        head.headers["sec-websocket-protocol"].flatMap { $0.split(separator: ",") }.map { trimmed(String($0)) }
    }

    private static func upgradeRequired(_ sentence: String) -> Problem {
        Problem(
            .upgradeRequired, code: "upgrade_required", sentence,
            headers: [.upgrade: "websocket", .secWebSocketVersion: version])
    }

    private static func names(_ token: String, in fields: [String]) -> Bool {
        fields.contains { field in field.split(separator: ",").contains { trimmed(String($0)).lowercased() == token } }
    }

    private static func trimmed(_ text: String) -> String { text.trimmingCharacters(in: .whitespaces) }
}
