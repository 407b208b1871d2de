import CCurl

/// Why a message was not taken.
package struct MailError: Error, Hashable, CustomStringConvertible {
    /// Whether trying again later may help.
    package let isTemporary: Bool
    package let description: String

    package init(isTemporary: Bool, description: String) {
        self.isTemporary = isTemporary
        self.description = description
    }
}

/// Hands one message to a mail server, by libcurl.
package enum MailTransfer {
    /// How long connecting, and the whole, may take.
    private static let connectTimeoutSeconds = 10
    private static let timeoutSeconds = 30

    /// libcurl's own state, made once; it is safe to be made from any thread.
    private static let isReady = talas_curl_prepare() == CURLE_OK

    /// Sends, and waits for the server's word: blocks for up to half a minute.
    package static func send(_ message: MailMessage, by server: MailServer) throws(MailError) {
        guard isReady, let handle = curl_easy_init() else {
            throw MailError(isTemporary: true, description: "libcurl could not be started; is memory short?")
        }
        defer { curl_easy_cleanup(handle) }
        let recipients = curl_slist_append(nil, "<\(message.recipient)>")
        defer { curl_slist_free_all(recipients) }
        configure(handle, server)
        _ = talas_curl_set_list(handle, CURLOPT_MAIL_RCPT, recipients)
        let status = perform(handle, message.bytes(from: server.from))
        guard status != CURLE_OK else { return }
        let code = talas_curl_response_code(handle)
        throw MailError(
            isTemporary: !(500..<600).contains(code),
            description: "\(server.host):\(server.port): \(String(cString: curl_easy_strerror(status)))"
                + (code > 0 ? " (the server answered \(code))" : ""))
    }

    /// The bytes stay where they are until libcurl has read them.
    private static func perform(_ handle: UnsafeMutableRawPointer, _ bytes: [UInt8]) -> CURLcode {
        bytes.withUnsafeBytes { buffer in
            var source = talas_curl_bytes(
                next: buffer.baseAddress?.assumingMemoryBound(to: CChar.self), left: buffer.count)
            return withUnsafeMutablePointer(to: &source) { source in
                _ = talas_curl_set_source(handle, source)
                return curl_easy_perform(handle)
            }
        }
    }

    private static func configure(_ handle: UnsafeMutableRawPointer, _ server: MailServer) {
        let scheme = server.protection == .implicit ? "smtps" : "smtp"
        // The path is what the client calls itself in EHLO.
        let domain = server.from.split(separator: "@").last ?? "localhost"
        let protection =
            switch server.protection {
            case .implicit, .upgraded: CURLUSESSL_ALL
            case .offered: CURLUSESSL_TRY
            case .none: CURLUSESSL_NONE
            }
        _ = talas_curl_set_text(handle, CURLOPT_URL, "\(scheme)://\(server.host):\(server.port)/\(domain)")
        _ = talas_curl_set_text(handle, CURLOPT_MAIL_FROM, "<\(server.from)>")
        // The environment's proxies are for the web.
        _ = talas_curl_set_text(handle, CURLOPT_PROXY, "")
        if let user = server.user {
            _ = talas_curl_set_text(handle, CURLOPT_USERNAME, user)
            _ = talas_curl_set_text(handle, CURLOPT_PASSWORD, server.password?.text ?? "")
        }
        _ = talas_curl_set_number(handle, CURLOPT_USE_SSL, Int(protection.rawValue))
        _ = talas_curl_set_number(handle, CURLOPT_UPLOAD, 1)
        // Time-outs without signals, which belong to the whole process.
        _ = talas_curl_set_number(handle, CURLOPT_NOSIGNAL, 1)
        _ = talas_curl_set_number(handle, CURLOPT_CONNECTTIMEOUT, connectTimeoutSeconds)
        _ = talas_curl_set_number(handle, CURLOPT_TIMEOUT, timeoutSeconds)
    }
}
