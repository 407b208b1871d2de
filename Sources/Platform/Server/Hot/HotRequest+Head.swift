import NIOHTTP1

extension HotRequest {
    /// Nil for what only the usual way understands.
    init?(_ head: HTTPRequestHead) {
        guard head.method == .GET || head.method == .HEAD, head.version == .http1_1 else { return nil }
        var hosts = 0
        var (range, accept, id): (String?, String?, String?)
        for (name, value) in head.headers {
            switch name.utf8.count {
            case 4, 5, 6, 7, 8, 10, 12, 13, 14, 17, 19: break
            // Of another length than all of the names below.
            default: continue
            }
            switch name.lowercased() {
            case "host": hosts += 1
            case "range":
                guard range == nil else { return nil }
                range = value
            case "accept":
                guard accept == nil else { return nil }
                accept = value
            case "x-request-id":
                guard id == nil, let sane = RequestIdentification.sane(value) else { return nil }
                id = sane
            case "connection":
                guard value.lowercased() == "keep-alive" else { return nil }
            case "authorization", "origin", "expect", "upgrade", "content-length", "transfer-encoding", "if-match",
                "if-none-match", "if-range", "if-modified-since", "if-unmodified-since":
                return nil
            default: continue
            }
        }
        guard hosts == 1 else { return nil }
        self.init(target: head.uri, isHead: head.method == .HEAD, range: range, accept: accept, id: id)
    }
}
