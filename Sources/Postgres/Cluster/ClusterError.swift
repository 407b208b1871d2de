/// Why the private cluster cannot be had: a sentence that says what to do.
package struct ClusterError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The sentence.
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
