import Configuration

/// One environment variable: a row of ``Settings/table``.
package struct Setting: Sendable {
    /// Name of the variable.
    package let key: String
    /// As an operator would write it; empty where the default is none.
    package let defaultText: String
    /// What it does, in one sentence of Markdown without its full stop.
    package let help: String
    /// What values are good, to end the sentence "should be …".
    package let expected: String
    /// Whether its value must never be shown.
    package let isSecret: Bool
    private let store: @Sendable (String, inout Settings) -> Bool

    /// - Parameters:
    ///   - property: where the value goes; its value in `Settings()` is the default.
    ///   - defaultText: where the default is not one value: what to tell people.
    init<Value>(
        _ key: String, _ property: any WritableKeyPath<Settings, Value> & Sendable, _ kind: SettingKind<Value>,
        secret isSecret: Bool = false, default defaultText: String? = nil, _ help: String
    ) {
        self.key = key
        self.defaultText = defaultText ?? kind.render(Settings()[keyPath: property])
        self.help = help
        self.isSecret = isSecret
        expected = kind.expected
        store = { text, settings in
            guard let value = kind.parse(text) else { return false }
            settings[keyPath: property] = value
            return true
        }
    }

    /// `DATABASE_URL` is `database.url` in a configuration's tree.
    var configKey: ConfigKey {
        ConfigKey(key.lowercased().split(separator: "_").map(String.init))
    }

    func read(_ text: String, into settings: inout Settings) throws(SettingsError) {
        guard store(text, &settings) else {
            throw SettingsError(variable: key, value: text, isSecret: isSecret, expected: expected)
        }
    }
}
