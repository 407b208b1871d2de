/// A form in which a track can be had: a codec at a bitrate, with one channel or two.
package struct Rendition: Hashable, Sendable, Codable, CustomStringConvertible {
    package let codec: RenditionCodec
    /// 1 or 2.
    package let channels: Int

    package init(codec: RenditionCodec, channels: Int) {
        precondition((1...2).contains(channels), "renditions are mono or stereo")
        self.codec = codec
        self.channels = channels
    }

    /// A name that no other rendition has, such as `mp3-128-2`.
    package var description: String {
        switch codec {
        case .mp3(let kilobits): "mp3-\(kilobits)-\(channels)"
        case .opus(let kilobits): "opus-\(kilobits)-\(channels)"
        case .aac(let kilobits): "aac-\(kilobits)-\(channels)"
        case .wav: "wav-\(channels)"
        }
    }
}
