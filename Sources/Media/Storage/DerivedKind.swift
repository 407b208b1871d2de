/// What can be derived from stored content and is kept beside it.
package enum DerivedKind: String, Sendable, CaseIterable {
    /// A `WaveformPyramid`.
    case waveform
    /// A `PacketIndex`.
    case packetIndex = "packets"
    /// Some `FLACTable`s, each under the name of its rendition.
    case flac
    /// A picture as a JPEG of at most so many pixels a side.
    case picture64 = "picture-64"
    case picture128 = "picture-128"
    case picture300 = "picture-300"
    case picture600 = "picture-600"
}
