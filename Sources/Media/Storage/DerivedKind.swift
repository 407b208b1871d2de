/// What can be derived from stored content and is kept beside it.
package enum DerivedKind: String, Sendable, CaseIterable {
    /// A `WaveformPyramid`.
    case waveform
    /// A `PacketIndex`.
    case packetIndex = "packets"
    /// Some `FLACTable`s, each under the name of its rendition.
    case flac
}
