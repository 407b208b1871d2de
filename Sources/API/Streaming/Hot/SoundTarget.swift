import Platform
import Postgres

/// A signed URL of a track's sound, taken apart: only in the plain spelling that the API itself gives out.
struct SoundTarget {
    /// Which form of the track it names: the same for the same track and listener means the same bytes and headers.
    struct Form: Hashable {
        enum Place: Hashable {
            case file(fileExtension: String)
            case stream
        }

        let place: Place
        let wish: SoundChoice.Wish

        /// Whether `Accept` decides, as it does where no format is named.
        var isNegotiated: Bool { wish.format == nil }
    }

    let trackID: Track.ID
    let form: Form
    /// Everything behind the question mark, the signature in it.
    let query: Substring

    /// - Parameters:
    ///   - text: path and query, as they were sent.
    ///   - accept: the request's `Accept` field.
    init?(_ text: String, accept: String?) {
        let parts = text.split(separator: "?", maxSplits: 1)
        guard parts.count == 2, let (id, place) = Self.place(parts[0]), let values = Self.values(parts[1]) else {
            return nil
        }
        trackID = id
        query = parts[1]
        var wish = SoundChoice.Wish(
            format: values["format"], bitrate: values["bitrate"], channels: values["channels"])
        if case .file(let fileExtension) = place { wish.format = fileExtension }
        // An unheard-of spelling of Accept is no reason to hold it.
        if wish.format == nil {
            guard (accept?.utf8.count ?? 0) <= 256 else { return nil }
            wish.accept = accept
        }
        form = Form(place: place, wish: wish)
    }

    private static func place(_ path: Substring) -> (Track.ID, Form.Place)? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count == 4, parts[0].isEmpty, parts[1] == "uploads", parts[2] == "tracks" {
            guard !parts[3].contains("%"), let name = MediaFileName(String(parts[3])) else { return nil }
            return (Track.ID(name.id), .file(fileExtension: name.fileExtension))
        }
        if parts.count == 6, parts[0].isEmpty, parts[1] == "api", parts[2] == "v1", parts[3] == "tracks",
            parts[5] == "stream"
        {
            guard let id = Int(parts[4]), id > 0, String(id) == parts[4] else { return nil }
            return (Track.ID(id), .stream)
        }
        return nil
    }

    /// The parameters by name; nil where one is unknown, comes twice, or is escaped.
    private static func values(_ query: Substring) -> [Substring: String]? {
        guard !query.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else { return nil }
        var values: [Substring: String] = [:]
        for pair in query.split(separator: "&", omittingEmptySubsequences: false) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, ["u", "c", "e", "s", "format", "bitrate", "channels"].contains(parts[0]),
                values.updateValue(String(parts[1]), forKey: parts[0]) == nil
            else { return nil }
        }
        return values
    }
}
