internal import CLibAV

/// Named options for a library call (an `AVDictionary`).
struct Options: ~Copyable {
    var raw: OpaquePointer?

    init(_ pairs: KeyValuePairs<String, String> = [:]) {
        for (key, value) in pairs { set(key, value) }
    }

    deinit {
        var raw = raw
        av_dict_free(&raw)
    }

    mutating func set(_ key: String, _ value: String) {
        av_dict_set(&raw, key, value, 0)
    }

    /// Pairs of a dictionary that someone else owns.
    static func pairs(of dictionary: OpaquePointer?) -> [(key: String, value: String)] {
        var pairs: [(key: String, value: String)] = []
        var entry: UnsafeMutablePointer<AVDictionaryEntry>?
        while let next = av_dict_get(dictionary, "", entry, AV_DICT_IGNORE_SUFFIX) {
            if let key = next.pointee.key, let value = next.pointee.value {
                pairs.append((String(cString: key), String(cString: value)))
            }
            entry = next
        }
        return pairs
    }
}
