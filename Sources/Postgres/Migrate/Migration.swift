/// One step of the schema, forward and back.
package struct Migration: Hashable, Sendable {
    /// Its place in the order.
    package let version: Int
    /// What it does, `create_users`.
    package let name: String
    /// SQL that takes the step.
    package let up: String
    /// SQL that undoes it.
    package let down: String

    /// A step and its inverse.
    package init(version: Int, name: String, up: String, down: String) {
        self.version = version
        self.name = name
        self.up = up
        self.down = down
    }

    /// Whether SQL asks to run outside of a transaction, by its first line. It is one statement then, and may be run
    /// again after it failed half-way.
    static func runsInTransaction(_ sql: String) -> Bool {
        sql.split(separator: "\n", maxSplits: 1).first?.trimmingPrefix("--").trimmingPrefix(" ") != "no transaction"
    }
}
