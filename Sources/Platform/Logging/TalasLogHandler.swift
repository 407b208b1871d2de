import Foundation
package import Logging

/// Log lines for people (`[2006-01-02 15:04:05] message key=value`) or for programs (one JSON object a line).
package struct TalasLogHandler: LogHandler {
    /// How lines are written.
    package enum Format: String, Sendable {
        case text
        case json
    }

    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    private let format: Format
    private let output: LogOutput

    package init(level: Logger.Level, format: Format, output: LogOutput = .standardError) {
        logLevel = level
        self.format = format
        self.output = output
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let all = event.metadata.map { metadata.merging($0) { _, new in new } } ?? metadata
        switch format {
        case .text: output.write(Self.text(event.level, "\(event.message)", all, at: Date()))
        case .json: output.write(Self.json(event.level, "\(event.message)", all, at: Date()))
        }
    }

    static func text(_ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata, at time: Date) -> String {
        // Information is the usual thing and needs no word; the request id is for programs.
        let mark = level == .info ? "" : "\(level.rawValue.uppercased()) "
        let pairs = metadata.filter { $0.key != "hb.request.id" || level >= .warning }
            .sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        return "[\(timestamp(time))] \(mark)\(escape(message))\(escape(pairs))"
    }

    static func json(_ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata, at time: Date) -> String {
        var members = metadata.mapValues { "\($0)" }
        members["time"] = time.formatted(.iso8601)
        members["level"] = level.rawValue
        members["message"] = message
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(members)).map { String(decoding: $0, as: UTF8.self) } ?? message
    }

    /// No text of a client may begin a line of its own.
    private static func escape(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 }) else { return text }
        return text.unicodeScalars.map { $0.value < 0x20 ? " " : String($0) }.joined()
    }

    /// `2006-01-02 15:04:05` in UTC.
    private static func timestamp(_ time: Date) -> String {
        var seconds = time_t(time.timeIntervalSince1970)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        var buffer = [CChar](repeating: 0, count: 32)
        let count = strftime(&buffer, buffer.count, "%Y-%m-%d %H:%M:%S", &parts)
        return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
