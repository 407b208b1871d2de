/// A form in which a track can be had: a codec at a bitrate, with one channel or two, at some loudness; FLAC also with all
/// the channels of its source.
package struct Rendition: Hashable, Sendable, Codable, CustomStringConvertible {
    package let codec: RenditionCodec
    /// 1 or 2; for FLAC up to 8.
    package let channels: Int
    /// By how much it is louder than the source, in hundredths of a decibel.
    package let gain: Int

    package init(codec: RenditionCodec, channels: Int, gain: Int = 0) {
        precondition((1...(codec == .flac ? 8 : 2)).contains(channels), "renditions are mono or stereo")
        self.codec = codec
        self.channels = channels
        self.gain = gain
    }

    /// A name that no other rendition has, such as `mp3-128-2` or, 3.5 dB softer, `mp3-128-2-g-350`.
    package var description: String { gain == 0 ? form : "\(form)-g\(gain)" }

    private var form: String {
        switch codec {
        case .mp3(let kilobits): "mp3-\(kilobits)-\(channels)"
        case .opus(let kilobits): "opus-\(kilobits)-\(channels)"
        case .aac(let kilobits): "aac-\(kilobits)-\(channels)"
        case .wav: "wav-\(channels)"
        case .flac: "flac-\(channels)"
        }
    }
}
