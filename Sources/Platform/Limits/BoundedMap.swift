/// A dictionary that forgets what was not used for longest when it has too much: at most `capacity` entries, and
/// never one of the last `capacity / 2` that were written.
///
/// Two generations: when the younger is full it becomes the older, and the older one's entries are gone. So forgetting
/// costs nothing for each entry.
struct BoundedMap<Key: Hashable, Value> {
    private let generationCapacity: Int
    private var younger: [Key: Value] = [:]
    private var older: [Key: Value] = [:]

    init(capacity: Int) { generationCapacity = max(1, capacity / 2) }

    subscript(key: Key) -> Value? {
        get { younger[key] ?? older[key] }
        set {
            older[key] = nil
            if newValue != nil, younger[key] == nil, younger.count >= generationCapacity {
                older = younger
                younger = [:]
                older[key] = nil
            }
            younger[key] = newValue
        }
    }

    var count: Int { younger.count + older.count }
}
