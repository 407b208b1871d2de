/// Why an archive cannot be used, in one sentence for whoever sent it.
package struct ZipError: Error, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }

    static let damaged = ZipError("The archive is damaged, or no ZIP archive.")
}
