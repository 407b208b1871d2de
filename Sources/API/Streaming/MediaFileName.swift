import Platform

/// The last part of a media URL, such as `17.mp3` or `17.peaks.json`.
struct MediaFileName: Equatable {
    let id: Int
    /// Everything after the first dot, in lower case.
    let fileExtension: String

    /// Nil unless it is a positive number, a dot and an extension.
    init?(_ name: String) {
        let parts = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[1].isEmpty, parts[0].allSatisfy(\.isASCII), parts[0].first?.isNumber == true,
            let id = Int(parts[0]), id > 0
        else { return nil }
        self.id = id
        fileExtension = parts[1].lowercased()
    }
}
