/// What a segment is of: the same key means the same bytes, on every node.
package struct SegmentKey: Hashable, Sendable {
    /// The source's content.
    package let source: BlobID
    package let rendition: Rendition
    /// What the codecs do that encode it: a ``BehaviourDigest``.
    package let behaviour: String
    /// Counts the rendition's segments from 0.
    package let index: Int64

    package init(source: BlobID, rendition: Rendition, behaviour: String, index: Int64) {
        self.source = source
        self.rendition = rendition
        self.behaviour = behaviour
        self.index = index
    }
}
