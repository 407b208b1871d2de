import Foundation

/// How the text of a variable becomes a value and back.
struct SettingKind<Value: Sendable>: Sendable {
    /// Ends the sentence "… should be".
    let expected: String
    /// Nil for a text that is no such value.
    let parse: @Sendable (String) -> Value?
    /// Text that ``parse`` reads again; empty where there is no value.
    let render: @Sendable (Value) -> String
}

extension SettingKind<Int> {
    static func integer(_ range: ClosedRange<Int>) -> Self {
        Self(
            expected: "a whole number from \(range.lowerBound) to \(range.upperBound)",
            parse: { text in Int(text).flatMap { range.contains($0) ? $0 : nil } },
            render: { String($0) })
    }

    /// Seconds, at least one.
    static let duration = Self(
        expected: "a duration such as 90s, 15m, 24h or 30d",
        parse: { text in DurationText.seconds(text) }, render: { DurationText.text(seconds: $0) })

    /// Bytes.
    static func size(_ range: PartialRangeFrom<Int>) -> Self {
        Self(
            expected: "a size of at least \(range.lowerBound) bytes such as 10485760, 10MB or 10MiB",
            parse: { text in SizeText.bytes(text).flatMap { range.contains($0) ? $0 : nil } },
            render: { SizeText.text(bytes: $0) })
    }
}

extension SettingKind {
    /// The same kind of value, or none.
    static func optional<Wrapped>(_ kind: SettingKind<Wrapped>) -> Self where Value == Wrapped? {
        Self(
            expected: kind.expected, parse: { text in kind.parse(text).map(Optional.some) },
            render: { $0.map(kind.render) ?? "" })
    }
}

extension SettingKind<String> {
    static let address = Self(
        expected: "an address or a host name without a port, such as 127.0.0.1",
        parse: { text in text.contains { $0.isWhitespace || $0 == "/" } ? nil : text }, render: { $0 })

    static let hostAndPort = Self(
        expected: "an address and a port such as 0.0.0.0:7070",
        parse: { text in MediaWorkerPlaces.isHostAndPort(text) ? text : nil }, render: { $0 })

    static let word = Self(
        expected: "a word such as sse2 or -avx2",
        parse: { text in text.contains(where: \.isWhitespace) ? nil : text }, render: { $0 })

    static let userName = Self(
        expected: "the name of a user such as talas",
        parse: { text in text.contains { $0.isWhitespace || $0 == ":" || $0 == "\0" } ? nil : text }, render: { $0 })

    static let path = Self(
        expected: "a path", parse: { text in text.utf8.contains(0) ? nil : text }, render: { $0 })
}

extension SettingKind<String> {
    static let webAddress = Self(
        expected: "a web address such as https://talas.example.org",
        parse: { text in text == "*" ? nil : OriginText.normalised(text) }, render: { $0 })
}

extension SettingKind<MailServer> {
    static let mailServer = Self(
        expected: "an address such as smtp://user:password@mail.example.org:587?from=talas@example.org",
        parse: { text in MailServer(text) }, render: { _ in "" })
}

extension SettingKind<RedisAddress> {
    static let redis = Self(
        expected: "an address such as redis://:password@localhost:6379", parse: { text in RedisAddress(text) },
        render: { _ in "" })
}

extension SettingKind<MediaWorkerPlaces> {
    static let mediaWorkers = Self(
        expected: "a whole number from 1 to 1024, or a list of media nodes such as 10.0.0.5:7070,10.0.0.6:7070",
        parse: { text in MediaWorkerPlaces(text) }, render: { $0.text })
}

extension SettingKind<Secret> {
    static let bearer = Self(
        expected: "a text without spaces",
        parse: { text in text.contains(where: \.isWhitespace) ? nil : Secret(text) }, render: { _ in "" })

    static let anySecret = Self(expected: "a secret", parse: { Secret($0) }, render: { _ in "" })

    /// libpq reads URIs and `key=value` lists (PostgreSQL manual, 34.1.1).
    static let database = Self(
        expected: "a PostgreSQL URL such as postgres://user:password@localhost:5432/talas_db",
        parse: { text in
            let isURL = text.hasPrefix("postgres://") || text.hasPrefix("postgresql://")
            return isURL || (!text.contains("://") && text.contains("=")) ? Secret(text) : nil
        }, render: { _ in "" })
}

extension SettingKind<[String]> {
    /// A list, separated by commas, each item changed or refused by `item`.
    static func list(expected: String, item: @escaping @Sendable (String) -> String?) -> Self {
        Self(
            expected: expected,
            parse: { text in
                let items = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
                let read = items.filter { !$0.isEmpty }.map(item)
                return read.contains(nil) ? nil : read.compactMap(\.self)
            }, render: { $0.joined(separator: ",") })
    }

    static let origins = list(expected: "a list of origins such as https://example.org,http://localhost:3000, or *") {
        text in OriginText.normalised(text)
    }

    static let networks = list(expected: "a list of addresses and networks such as 10.0.0.0/8,::1") { text in
        TrustedProxies([text]) == nil ? nil : text
    }
}

extension SettingKind where Value: RawRepresentable<String> {
    /// One of the cases, by its name.
    static func oneOf(_ cases: [Value]) -> Self {
        Self(
            expected: "one of " + cases.map(\.rawValue).joined(separator: ", "),
            parse: { text in cases.first { $0.rawValue == text.lowercased() } }, render: { $0.rawValue })
    }
}
