/// Where a database stands.
package struct MigrationStatus: Hashable, Sendable {
    /// The version the schema has; nil before the first migration.
    package let version: Int?
    /// Whether that version's migration was begun and not finished.
    package let isDirty: Bool
    /// What is applied, in order.
    package let applied: [Migration]
    /// What is not, in order.
    package let pending: [Migration]

    /// Whether everything is applied.
    package var isCurrent: Bool { !isDirty && pending.isEmpty }
}

/// Why the schema was not changed: a sentence that says what to do.
package struct MigrationError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
