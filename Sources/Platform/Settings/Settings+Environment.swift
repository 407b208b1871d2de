import Configuration
import Foundation

extension Settings {
    /// The document's placeholder, which counts as no secret at all.
    private static let placeholderSecret = "your-secret-key-here"
    /// HS256 wants a key as long as its digest (RFC 7518 §3.2).
    package static let minimumSecretBytes = 32

    /// Reads the variables of ``table``; an empty one counts as not set.
    package init(
        environment variables: [String: String] = ProcessInfo.processInfo.environment
    ) throws(SettingsError) {
        let secrets = Set(Self.table.filter(\.isSecret).map(\.key))
        let reader = ConfigReader(
            provider: EnvironmentVariablesProvider(
                environmentVariables: variables, secretsSpecifier: .specific(secrets)))
        self.init()
        var given: Set<String> = []
        for setting in Self.table {
            let text = reader.string(forKey: setting.configKey, isSecret: setting.isSecret)?
                .trimmingCharacters(in: .whitespacesAndNewlines)
            guard let text, !text.isEmpty else { continue }
            try setting.read(text, into: &self)
            given.insert(setting.key)
        }
        applyDependentDefaults(given: given)
        try check()
    }

    /// Defaults that follow from other variables, for what is not given.
    private mutating func applyDependentDefaults(given: Set<String>) {
        let isProduction = environment == .production
        if !given.contains("HOST"), isProduction || databaseURL != nil { host = "0.0.0.0" }
        if !given.contains("LOG_FORMAT"), isProduction { logFormat = .json }
        if !given.contains("CORS_ALLOWED_ORIGINS"), isProduction { corsAllowedOrigins = [] }
        databaseMaxIdleConnections = min(databaseMaxIdleConnections, databaseMaxConnections)
        if jwtSecret?.text == Self.placeholderSecret { jwtSecret = nil }
    }

    /// What no variable can be wrong about alone.
    private func check() throws(SettingsError) {
        if environment == .production {
            guard let jwtSecret else {
                throw SettingsError(
                    variable: "JWT_SECRET",
                    "JWT_SECRET has to be set to a secret of your own when ENVIRONMENT is production, "
                        + "for example to the output of `openssl rand -hex 32`.")
            }
            guard jwtSecret.text.utf8.count >= Self.minimumSecretBytes else {
                throw SettingsError(
                    variable: "JWT_SECRET",
                    "JWT_SECRET has to have at least \(Self.minimumSecretBytes) bytes when ENVIRONMENT is production, "
                        + "and has \(jwtSecret.text.utf8.count); `openssl rand -hex 32` makes a good one.")
            }
        }
        try checkMediaNodes()
        guard mailServer == nil || publicURL != nil else {
            throw SettingsError(
                variable: "PUBLIC_URL",
                "PUBLIC_URL has to be set too when SMTP_URL is: links in mail lead there, such as https://talas.example.org."
            )
        }
        if (tlsCertificatePath == nil) != (tlsKeyPath == nil) {
            let (missing, present) = tlsKeyPath == nil ? ("TLS_KEY", "TLS_CERT") : ("TLS_CERT", "TLS_KEY")
            throw SettingsError(variable: missing, "\(missing) has to be set too when \(present) is.")
        }
    }

    /// Nodes that work for each other need a secret, and one to whom work is given does not pass it on.
    private func checkMediaNodes() throws(SettingsError) {
        var usesNodes = false
        if case .nodes = mediaWorkers { usesNodes = true }
        guard usesNodes || mediaBindAddress != nil else { return }
        guard let mediaSecret, mediaSecret.text.utf8.count >= Self.minimumSecretBytes else {
            throw SettingsError(
                variable: "MEDIA_SECRET",
                "MEDIA_SECRET has to be set to at least \(Self.minimumSecretBytes) bytes, the same on all media nodes and "
                    + "those that use them; `openssl rand -hex 32` makes a good one.")
        }
        guard !usesNodes || mediaBindAddress == nil else {
            throw SettingsError(
                variable: "MEDIA_BIND_ADDR",
                "MEDIA_BIND_ADDR cannot be set where MEDIA_WORKERS names other nodes: a media node does its work itself."
            )
        }
    }
}
