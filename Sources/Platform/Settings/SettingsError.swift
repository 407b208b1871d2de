/// A variable whose value stops the start; one sentence that names it, shows the value (a secret's never) and says what
/// was expected.
package struct SettingsError: Error, Hashable, CustomStringConvertible {
    /// Name of the environment variable.
    package let variable: String
    /// One sentence for whoever starts the server.
    package let description: String

    init(variable: String, _ description: String) {
        self.variable = variable
        self.description = description
    }

    init(variable: String, value: String, isSecret: Bool, expected: String) {
        let shown = isSecret ? "a value that cannot be used (not shown, it is a secret)" : "\"\(value)\""
        self.init(variable: variable, "\(variable) is \(shown), but should be \(expected).")
    }
}
